using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary><c>Expect</c>: only <c>100-continue</c> is understood (RFC 9110, section 10.1.1).</summary>
internal static class ExpectField
{
    /// <summary>Takes the expectation of a head whose framing is known.</summary>
    internal static Violation Read(RequestHead head)
    {
        FieldTable fields = head.Fields;
        if (!fields.TryGet(KnownField.Expect, out ReadOnlySpan<byte> expectation))
        {
            return Violation.None;
        }

        bool isOnly = fields.IndexOf(KnownField.Expect, fields.IndexOf(KnownField.Expect) + 1) < 0;
        if (!isOnly || !Ascii.EqualsIgnoreCase(expectation, "100-continue"u8))
        {
            return Violation.UnknownExpectation;
        }

        // It means nothing from HTTP/1.0 or without content.
        head.ExpectContinue = head.MinorVersion == 1 && head.HasBody;
        return Violation.None;
    }
}
