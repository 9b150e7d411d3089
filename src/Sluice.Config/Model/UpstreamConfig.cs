using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Tls;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>A named group of servers.</summary>
public sealed record UpstreamConfig
{
    /// <summary>Unique within a configuration.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its servers.</summary>
    public IReadOnlyList<ServerConfig> Servers { get; init; } = [];

    /// <summary>How one is picked for a request; null leaves it to <see cref="SluiceConfig.Defaults"/>.</summary>
    public BalancePolicy? Balance { get; init; }

    /// <summary>Changes to the limits of connections to each server; null leaves them to <see cref="SluiceConfig.Defaults"/>.</summary>
    public Func<PoolLimits, PoolLimits>? Connections { get; init; }

    /// <summary>TLS with those of its servers whose URL is <c>https</c>; null: nothing said.</summary>
    public UpstreamTlsConfig? Tls { get; init; }

    /// <summary>Whether HTTP/2 is spoken with its servers; null: nothing said.</summary>
    public Http2Config? Http2 { get; init; }

    /// <summary>Where its name was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
