namespace Sluice.Http.Representations;

/// <summary>How the content of a message is encoded (RFC 9110, section 8.4.1).</summary>
public enum ContentCoding : byte
{
    /// <summary>Not at all.</summary>
    Identity,

    /// <summary><c>gzip</c> (RFC 1952), or <c>x-gzip</c>, which is the same.</summary>
    Gzip,

    /// <summary><c>br</c> (RFC 7932).</summary>
    Brotli,

    /// <summary><c>zstd</c> (RFC 8878), with a window of 8 MiB at most (RFC 9659).</summary>
    Zstd,

    /// <summary>Another one, or several on top of each other.</summary>
    Other,
}
