using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Model.Tls;

/// <summary>The certificates that clients show for some hosts of a listener.</summary>
public sealed record ClientCertificateConfig
{
    /// <summary>The hosts; empty means all that no other policy names.</summary>
    public IReadOnlyList<HostMatch> Hosts { get; init; } = [];

    /// <summary>Whether one has to be shown.</summary>
    public ClientCertificateMode Mode { get; init; } = ClientCertificateMode.Required;

    /// <summary>Where they come from.</summary>
    public TrustConfig Trust { get; init; } = new();

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
