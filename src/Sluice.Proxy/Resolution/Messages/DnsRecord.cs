using System.Net;

namespace Sluice.Proxy.Resolution.Messages;

/// <summary>A record of an answer, as far as this program has a use for it. Immutable.</summary>
/// <param name="Name">Its owner, without a final dot; empty for one that can't be the name of a host.</param>
/// <param name="Type">Its type.</param>
/// <param name="TtlSeconds">How long it may be kept.</param>
internal sealed record DnsRecord(string Name, RecordType Type, uint TtlSeconds)
{
    /// <summary>The address of A and AAAA.</summary>
    internal IPAddress? Address { get; init; }

    /// <summary>The name in CNAME and SRV, as <see cref="Name"/> is.</summary>
    internal string Target { get; init; } = "";

    /// <summary>The priority in SRV.</summary>
    internal int Priority { get; init; }

    /// <summary>The weight in SRV.</summary>
    internal int Weight { get; init; }

    /// <summary>The port in SRV.</summary>
    internal int Port { get; init; }
}
