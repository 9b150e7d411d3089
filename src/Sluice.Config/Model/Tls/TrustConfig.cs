using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Model.Tls;

/// <summary>Which authorities a peer's certificate may come from.</summary>
public sealed record TrustConfig
{
    /// <summary>The file of the authorities; null means those of the system.</summary>
    public FileUseConfig? Ca { get; init; }

    /// <summary>The file of revocation lists; null means that revocation is not checked.</summary>
    public FileUseConfig? Crl { get; init; }

    /// <summary>How many intermediates may stand between.</summary>
    public int? Depth { get; init; }

    /// <summary>What was read; null before that, and when it can't be.</summary>
    public TrustPlan? Plan { get; init; }
}
