namespace Sluice.Scenarios.RealPeers;

/// <summary>What two peers speak with each other.</summary>
public enum Dialect
{
    /// <summary>HTTP/1.1 without TLS.</summary>
    Http1,

    /// <summary>HTTP/1.1 over TLS.</summary>
    Http1OverTls,

    /// <summary>HTTP/2 without TLS and without asking.</summary>
    Http2,

    /// <summary>HTTP/2 over TLS, by ALPN.</summary>
    Http2OverTls,
}
