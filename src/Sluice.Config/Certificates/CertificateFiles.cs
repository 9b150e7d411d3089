namespace Sluice.Config.Certificates;

/// <summary>Where a certificate and its key are.</summary>
/// <param name="Certificate">The file of the certificate and its intermediates.</param>
/// <param name="Key">The file of the key; null when it is in the same file.</param>
public sealed record CertificateFiles(string Certificate, string? Key)
{
    /// <summary>Whether it is shown to servers, and not to clients.</summary>
    public bool IsForUpstreams { get; init; }

    /// <summary>Whether intermediates may be missing.</summary>
    public bool AllowsIncompleteChain { get; init; }
}
