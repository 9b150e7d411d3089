namespace Sluice.TestKit.Pebble;

/// <summary>How a <see cref="PebbleServer"/> behaves.</summary>
public sealed record PebbleSetup
{
    /// <summary>The port that it sends http-01 requests to; 0 for one that nobody listens on.</summary>
    public int HttpPort { get; init; }

    /// <summary>The port that it makes tls-alpn-01 handshakes with; 0 for one that nobody listens on.</summary>
    public int TlsPort { get; init; }

    /// <summary>How many of 100 good nonces it refuses.</summary>
    public int NonceRejectPercent { get; init; }

    /// <summary>How many seconds it waits at most before it looks at a challenge; 0 for not at all.</summary>
    public int ValidationSleepSeconds { get; init; }

    /// <summary>How many of 100 orders get an authorization that is valid already, where there is one.</summary>
    public int AuthorizationReusePercent { get; init; }

    /// <summary>How many intermediates stand between a certificate and the root.</summary>
    public int ChainLength { get; init; } = 1;

    /// <summary>How many further roots sign the same chain.</summary>
    public int AlternateRoots { get; init; }

    /// <summary>Shared keys (base64url) of external accounts by their identifiers; none: no binding is required.</summary>
    public IReadOnlyDictionary<string, string> ExternalAccounts { get; init; } = new Dictionary<string, string>();
}
