using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sluice.Certificates.Dns.Lookups;

/// <summary>Where a name server is: <c>ns.example.com</c>, <c>192.0.2.1:5353</c>, <c>[2001:db8::1]:53</c>. Immutable.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port, 53 if none is given.</param>
internal sealed record DnsServerAddress(string Host, int Port)
{
    internal const int DefaultPort = 53;

    /// <summary>Reads one.</summary>
    /// <returns>Null when it is none.</returns>
    internal static DnsServerAddress? Read(string text)
    {
        if (IPAddress.TryParse(text, out IPAddress? plain) && !text.StartsWith('['))
        {
            return new DnsServerAddress(plain.ToString(), DefaultPort);
        }

        int colon = text.EndsWith(']') ? -1 : text.LastIndexOf(':');
        string host = colon < 0 ? text : text[..colon];
        int port = DefaultPort;
        if (colon >= 0 && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > ushort.MaxValue))
        {
            return null;
        }

        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            return IPAddress.TryParse(host[1..^1], out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
                ? new DnsServerAddress(address.ToString(), port)
                : null;
        }

        return Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 ? new DnsServerAddress(host, port) : null;
    }

    /// <summary>Asks the system for its addresses.</summary>
    /// <exception cref="CertificateException">The name has none.</exception>
    internal async Task<IReadOnlyList<IPEndPoint>> ResolveAsync(CancellationToken ct)
    {
        if (IPAddress.TryParse(Host, out IPAddress? literal))
        {
            return [new IPEndPoint(literal, Port)];
        }

        try
        {
            IPAddress[] addresses = await System.Net.Dns.GetHostAddressesAsync(Host, ct);
            return addresses.Length > 0
                ? [.. addresses.Select(address => new IPEndPoint(address, Port))]
                : throw new CertificateException($"the name server {Host} has no address");
        }
        catch (SocketException exception)
        {
            throw new CertificateException($"the name server {Host} can't be resolved: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
