namespace Sluice.Certificates.Dns.Messages;

/// <summary>What a message asks for (RFC 1035, section 4.1.1; RFC 2136, section 2.2).</summary>
internal enum DnsOpcode
{
    /// <summary>A question.</summary>
    Query = 0,

    /// <summary>A change of a zone.</summary>
    Update = 5,
}
