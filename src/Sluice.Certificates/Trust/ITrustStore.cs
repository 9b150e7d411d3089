namespace Sluice.Certificates.Trust;

/// <summary>A store of roots. Nothing that a store does wrong throws: it is in the result.</summary>
internal interface ITrustStore
{
    /// <summary>Has it trust a root.</summary>
    Task<TrustResult> InstallAsync(TrustedRoot root, CancellationToken ct);

    /// <summary>Has it not trust a root any more.</summary>
    Task<TrustResult> RemoveAsync(TrustedRoot root, CancellationToken ct);
}
