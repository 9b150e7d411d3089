using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Model.Tls;

/// <summary>A certificate with its key, or a folder of such.</summary>
public sealed record CertificateConfig
{
    /// <summary>The file of the certificate and its intermediates; null when there is a folder.</summary>
    public FileUseConfig? Cert { get; init; }

    /// <summary>The file of the key; null when it is in the same file.</summary>
    public FileUseConfig? Key { get; init; }

    /// <summary>A folder with certificates and keys; null when there is a file.</summary>
    public FileUseConfig? Folder { get; init; }

    /// <summary>Whether intermediates may be missing.</summary>
    public bool AllowsIncompleteChain { get; init; }

    /// <summary>What was read; empty before that, and when it can't be.</summary>
    public IReadOnlyList<CertificatePlan> Plans { get; init; } = [];

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
