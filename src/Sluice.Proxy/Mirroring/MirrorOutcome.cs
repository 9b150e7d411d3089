namespace Sluice.Proxy.Mirroring;

/// <summary>What became of a copy of a request.</summary>
internal enum MirrorOutcome
{
    /// <summary>It was sent whole and answered.</summary>
    Sent,

    /// <summary>It was not sent, or broken off: too many at once, too far behind, too large, or its request never became whole.</summary>
    Dropped,

    /// <summary>The upstream did not take or answer it.</summary>
    Failed,
}
