namespace Sluice.Certificates.Dns.Messages;

/// <summary>Types of records (RFC 1035, section 3.2.2, and others as said).</summary>
internal enum DnsType
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A name server of a zone.</summary>
    Ns = 2,

    /// <summary>Another name that stands for this one.</summary>
    Cname = 5,

    /// <summary>The start of a zone.</summary>
    Soa = 6,

    /// <summary>Text.</summary>
    Txt = 16,

    /// <summary>An IPv6 address (RFC 3596).</summary>
    Aaaa = 28,

    /// <summary>The signature of a message (RFC 8945).</summary>
    Tsig = 250,
}
