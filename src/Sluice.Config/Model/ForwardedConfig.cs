using Sluice.Config.Model.Tls;

namespace Sluice.Config.Model;

/// <summary>Which headers tell upstreams about clients.</summary>
public sealed record ForwardedConfig
{
    /// <summary><c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>X-Real-IP</c>.</summary>
    public bool XForwarded { get; init; } = true;

    /// <summary><c>Forwarded</c> of RFC 7239.</summary>
    public bool Rfc7239 { get; init; }

    /// <summary><c>Via</c> (RFC 9110, section 7.6.3).</summary>
    public bool Via { get; init; }

    /// <summary>What servers are told of a client's certificate.</summary>
    public ClientIdentityConfig ClientIdentity { get; init; } = new();
}
