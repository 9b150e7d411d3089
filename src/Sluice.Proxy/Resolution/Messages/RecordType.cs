namespace Sluice.Proxy.Resolution.Messages;

/// <summary>Types of records (RFC 1035, section 3.2.2, and others as said).</summary>
internal enum RecordType
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>Another name that stands for this one.</summary>
    Cname = 5,

    /// <summary>An IPv6 address (RFC 3596).</summary>
    Aaaa = 28,

    /// <summary>Where a service is (RFC 2782).</summary>
    Srv = 33,
}
