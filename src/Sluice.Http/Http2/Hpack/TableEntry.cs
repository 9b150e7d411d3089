using Sluice.Http.Headers;

namespace Sluice.Http.Http2.Hpack;

/// <summary>A field of the static or of a dynamic table, as a line <c>name: value</c> CRLF in the bytes of its table.</summary>
/// <param name="Offset">Where the line begins.</param>
/// <param name="NameLength">In bytes.</param>
/// <param name="ValueLength">In bytes.</param>
/// <param name="Known">Which known field the name is.</param>
/// <param name="Flags">What the name says about the field.</param>
/// <param name="Fault">What is wrong with it.</param>
internal readonly record struct TableEntry(int Offset, int NameLength, int ValueLength, KnownField Known, FieldFlags Flags, FieldFault Fault)
{
    /// <summary>What an entry counts beyond its name and value (RFC 7541, section 4.1).</summary>
    internal const int OverheadBytes = 32;

    /// <summary>A colon, a blank and CRLF.</summary>
    internal const int LineOverheadBytes = 4;

    /// <summary>The length of the line with its CRLF.</summary>
    internal int LineLength => NameLength + ValueLength + LineOverheadBytes;

    /// <summary>What the entry counts in its table.</summary>
    internal int TableBytes => NameLength + ValueLength + OverheadBytes;
}
