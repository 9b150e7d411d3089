namespace Sluice.Http.Uris;

/// <summary>What a path has that servers are known to disagree on (RFC 3986, sections 3.3 and 6.2.2). All of it is about the path as it came.</summary>
[Flags]
public enum PathTraits : byte
{
    /// <summary>Nothing of it.</summary>
    None = 0,

    /// <summary>A segment <c>.</c> or <c>..</c>, plain or encoded; in the canonical path it is resolved.</summary>
    DotSegments = 1,

    /// <summary>An empty segment: <c>//</c>.</summary>
    DoubleSlash = 2,

    /// <summary><c>%2F</c>.</summary>
    EncodedSlash = 4,

    /// <summary><c>%5C</c>. A backslash that is not encoded is refused by the parser.</summary>
    EncodedBackslash = 8,

    /// <summary><c>%00</c>. Every other encoded control character is refused by the parser.</summary>
    EncodedNul = 16,

    /// <summary>A semicolon, as in <c>/a;v=1</c>.</summary>
    Semicolon = 32,
}
