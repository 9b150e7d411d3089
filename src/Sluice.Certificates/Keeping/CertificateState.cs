namespace Sluice.Certificates.Keeping;

/// <summary>How a certificate is doing.</summary>
// Waiting ──due──> Ordering ──obtained──> Valid ──due──> Ordering
//    ^                │ ^                                    │
//    └─locked by      │ └──────── next attempt ── Failing <──┘ failed
//      another        └──failed──────────────────────^
public enum CertificateState
{
    /// <summary>Nothing was tried yet, or another machine orders it.</summary>
    Waiting,

    /// <summary>It is being ordered; an older one is served meanwhile.</summary>
    Ordering,

    /// <summary>It is served, and not due for renewal.</summary>
    Valid,

    /// <summary>The last attempt failed, and another will follow; an older one is served meanwhile, if there is one.</summary>
    Failing,
}
