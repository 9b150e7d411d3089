namespace Sluice.Certificates.Dns.Messages;

/// <summary>What is asked for; in an update the zone (RFC 2136, section 2.3).</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type of record.</param>
internal sealed record DnsQuestion(DnsName Name, DnsType Type);
