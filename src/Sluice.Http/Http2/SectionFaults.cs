using Sluice.Http.Http1;
using Sluice.Http.Http2.Hpack;

namespace Sluice.Http.Http2;

/// <summary>What broken fields of HTTP/2 are called, and which of them make a message malformed (RFC 9113, section 8.1.1).</summary>
public static class SectionFaults
{
    /// <summary>
    /// Whether a message with this fault is to be ended by a reset of its stream instead of an answer: nobody who means well sends it, and who forwards it smuggles.
    /// </summary>
    public static bool IsMalformed(Violation violation) => violation is
        Violation.PseudoFieldAfterField or Violation.DuplicatePseudoField or Violation.UnknownPseudoField or Violation.MissingPseudoField
        or Violation.EmptyPseudoField or Violation.ConnectionSpecificField or Violation.InvalidTe or Violation.ContentLengthMismatch or Violation.InvalidPath
        or Violation.EmptyFieldName or Violation.InvalidFieldName or Violation.ControlCharacter or Violation.InvalidFieldValue or Violation.UnsupportedScheme
        or Violation.HostMismatch or Violation.DuplicateHost or Violation.InvalidHost or Violation.MissingHost or Violation.InvalidMethod
        or Violation.InvalidContentLength or Violation.DuplicateContentLength or Violation.FramingWithoutContent or Violation.UnderscoredFraming;

    /// <summary>The rule that a broken field breaks.</summary>
    internal static Violation ViolationOf(FieldFault fault) => fault switch
    {
        FieldFault.EmptyName => Violation.EmptyFieldName,
        FieldFault.InvalidName => Violation.InvalidFieldName,
        FieldFault.InvalidValue => Violation.InvalidFieldValue,
        _ => Violation.None,
    };
}
