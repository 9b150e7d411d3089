using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Sluice.Certificates.Acme;

/// <summary>What a certificate is for: a name (RFC 8555, section 7.1.4) or an address (RFC 8738).</summary>
/// <param name="Type"><c>dns</c> or <c>ip</c>.</param>
/// <param name="Value">The name, with <c>*.</c> before it for a wildcard, or the address.</param>
internal sealed record AcmeIdentifier(string Type, string Value)
{
    /// <summary>Whether it covers the names one level below.</summary>
    public bool IsWildcard => Value.StartsWith("*.", StringComparison.Ordinal);

    /// <summary>Whether it is an address.</summary>
    public bool IsAddress => Type == "ip";

    /// <summary>The name under which control is proved: a wildcard's is the name without <c>*.</c> (section 7.1.3).</summary>
    public string BaseName => IsWildcard ? Value[2..] : Value;

    /// <summary>The server name of a handshake about it: an address is written in reverse (RFC 8738, section 6).</summary>
    public string HandshakeName => IsAddress ? ReverseName(IPAddress.Parse(Value)) : Value;

    /// <summary>By the look of a name.</summary>
    public static AcmeIdentifier Of(string name) =>
        IPAddress.TryParse(name, out IPAddress? address) ? new AcmeIdentifier("ip", address.ToString()) : new AcmeIdentifier("dns", name);

    /// <summary>As it stands in an order or authorization; empty when it doesn't.</summary>
    public static AcmeIdentifier Read(JsonElement? json) => new(json?.Text("type") ?? "", json?.Text("value") ?? "");

    private static string ReverseName(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return $"{string.Join('.', bytes.Reverse())}.in-addr.arpa";
        }

        IEnumerable<string> nibbles = bytes.Reverse().SelectMany(value => new[] { $"{value & 15:x}", $"{value >> 4:x}" });
        return $"{string.Join('.', nibbles)}.ip6.arpa";
    }
}
