namespace Sluice.Certificates.Dns.Messages;

/// <summary>Classes of records (RFC 1035, section 3.2.4; RFC 2136, section 1.3).</summary>
internal enum DnsClass
{
    /// <summary>The Internet's.</summary>
    Internet = 1,

    /// <summary>In an update: this record is to be deleted.</summary>
    None = 254,

    /// <summary>Any; what signatures have.</summary>
    Any = 255,
}
