namespace Sluice.Certificates.Keeping;

/// <summary>What a log entry is about.</summary>
public enum KeeperEvent
{
    /// <summary>A stored certificate is served from now on.</summary>
    Loaded,

    /// <summary>A certificate is being ordered.</summary>
    Ordering,

    /// <summary>A certificate was obtained, and is served from now on.</summary>
    Obtained,

    /// <summary>An attempt failed.</summary>
    AttemptFailed,

    /// <summary>A certificate that is served has expired.</summary>
    Expired,

    /// <summary>A name can't have a certificate with this plan.</summary>
    Unobtainable,

    /// <summary>An account was registered.</summary>
    AccountRegistered,

    /// <summary>Renewal information could not be had, or changed.</summary>
    RenewalInformation,

    /// <summary>The storage failed.</summary>
    StorageFailed,

    /// <summary>A name was asked for on demand, and refused.</summary>
    OnDemandRefused,

    /// <summary>The keeper met an error of its own, and went on.</summary>
    InternalError,
}
