using System.Net;
using System.Net.Sockets;
using Sluice.Certificates.Dns.Messages;

namespace Sluice.Certificates.Dns.Lookups;

/// <summary>Finds the servers that the world asks about a zone: those of its NS records. Any thread.</summary>
/// <param name="client">Asks.</param>
/// <param name="server">A server that has the zone.</param>
/// <param name="key">Signs what that server is asked.</param>
internal sealed class ZoneServers(DnsClient client, IPEndPoint server, TsigKey key)
{
    // More than any zone needs; it bounds what one response can have done.
    private const int ServersMax = 16;

    /// <summary>Finds them, one list of addresses for each server.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="port">Their port.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>At least one.</returns>
    /// <exception cref="CertificateException">There are none, or one has no address.</exception>
    internal async Task<IReadOnlyList<RecordServer>> FindAsync(DnsName zone, int port, CancellationToken ct)
    {
        DnsMessage response = await client.QueryAsync(server, zone, DnsType.Ns, key, ct);
        List<DnsName> names = [.. response.Answers.Where(record => record.Type == DnsType.Ns).Select(record => record.Target).OfType<DnsName>().Take(ServersMax)];
        if (names.Count == 0)
        {
            throw new CertificateException($"the name server {server} names no servers (NS) of the zone {zone}");
        }

        var servers = new List<RecordServer>();
        foreach (DnsName name in names)
        {
            IReadOnlyList<IPAddress> addresses = await FindAddressesAsync(name, ct);
            servers.Add(new RecordServer(name.ToString(), [.. addresses.Select(address => new IPEndPoint(address, port))]));
        }

        return servers;
    }

    private async Task<IReadOnlyList<IPAddress>> FindAddressesAsync(DnsName name, CancellationToken ct)
    {
        var addresses = new List<IPAddress>();
        foreach (DnsType type in new[] { DnsType.A, DnsType.Aaaa })
        {
            DnsMessage response = await client.QueryAsync(server, name, type, key, ct);
            addresses.AddRange(response.Answers.Select(record => record.Address).OfType<IPAddress>());
        }

        if (addresses.Count > 0)
        {
            return addresses;
        }

        try
        {
            return await System.Net.Dns.GetHostAddressesAsync(name.ToString(), ct);
        }
        catch (SocketException exception)
        {
            throw new CertificateException($"the name server {name} can't be resolved: {exception.Message}", exception);
        }
    }
}
