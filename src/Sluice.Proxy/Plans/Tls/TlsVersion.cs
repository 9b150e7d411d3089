namespace Sluice.Proxy.Plans.Tls;

/// <summary>The versions of TLS that are spoken. Older ones are deprecated (RFC 8996) and not offered.</summary>
public enum TlsVersion
{
    /// <summary>RFC 5246.</summary>
    Tls12,

    /// <summary>RFC 8446.</summary>
    Tls13,
}
