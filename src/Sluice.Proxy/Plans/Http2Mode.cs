namespace Sluice.Proxy.Plans;

/// <summary>Where HTTP/2 is spoken.</summary>
public enum Http2Mode : byte
{
    /// <summary>Nowhere.</summary>
    Off,

    /// <summary>Where both sides agree on it by ALPN in the TLS handshake (RFC 9113, section 3.2); plain connections speak HTTP/1.</summary>
    Negotiated,

    /// <summary>Also without asking (RFC 9113, section 3.3): a listener takes connections that begin with its preface, an upstream's servers get nothing else.</summary>
    PriorKnowledge,
}
