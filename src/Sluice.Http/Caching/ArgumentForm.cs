namespace Sluice.Http.Caching;

/// <summary>How a directive says its argument (RFC 9111, section 5.2).</summary>
internal enum ArgumentForm : byte
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>A token.</summary>
    Token,

    /// <summary>Between quotes.</summary>
    Quoted,

    /// <summary>Something is there, but neither of the two: blanks around the sign, characters that no token has, bytes behind the closing quote.</summary>
    Invalid,
}
