namespace Sluice.Http.Caching;

/// <summary>Whether a request waited for the one of somebody else (RFC 9211, section 2.6).</summary>
public enum CollapseOutcome : byte
{
    /// <summary>It didn't.</summary>
    None,

    /// <summary>It did, and was answered with the same response.</summary>
    Reused,

    /// <summary>It did, and had to be made anew all the same.</summary>
    Failed,
}
