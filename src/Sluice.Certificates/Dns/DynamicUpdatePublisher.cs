using System.Net;
using Sluice.Certificates.Dns.Lookups;
using Sluice.Certificates.Dns.Messages;

namespace Sluice.Certificates.Dns;

/// <summary>
/// Puts records into a zone by signed dynamic updates (RFC 2136, RFC 8945), as BIND, Knot, PowerDNS and others take them. Any thread.
/// </summary>
public sealed class DynamicUpdatePublisher : IDnsPublisher
{
    private readonly DynamicUpdateOptions _options;
    private readonly DnsServerAddress _server;
    private readonly DnsName? _zone;
    private readonly TsigKey _key;
    private readonly DnsClient _client;
    private readonly RecordVisibility _visibility;

    /// <summary>Makes one; nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong: see <see cref="DynamicUpdateOptions.FindProblems"/>.</exception>
    public DynamicUpdatePublisher(DynamicUpdateOptions options, TimeProvider time)
    {
        IReadOnlyList<string> problems = options.FindProblems();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        }

        _options = options;
        _server = DnsServerAddress.Read(options.Server)!;
        _zone = options.Zone is { } zone && DnsName.TryParse(zone, out DnsName parsed) ? parsed : null;
        _key = TsigKey.Read(options.KeyName, options.KeyAlgorithm, options.Secret, out _)!;
        _client = new DnsClient(time);
        _visibility = new RecordVisibility(_client, time);
    }

    /// <inheritdoc/>
    /// <remarks>Follows aliases of the name, finds the zone, adds the record, and waits until it is visible.</remarks>
    public async Task PublishAsync(string name, string value, CancellationToken ct)
    {
        IPEndPoint server = await FindServerAsync(ct);
        (DnsName target, DnsName zone) = await FindPlaceAsync(server, name, ct);

        // A record that is added (RFC 2136, section 2.5.1) leaves others of the name alone, and is there once if it was there before.
        DnsRecord added = DnsRecord.OfText(target, DnsClass.Internet, (uint)_options.Ttl.TotalSeconds, value);
        await UpdateAsync(server, zone, added, ct);
        await _visibility.WaitAsync(await FindCheckServersAsync(server, zone, ct), target, value, _options.PropagationTimeout, ct);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string name, string value, CancellationToken ct)
    {
        IPEndPoint server = await FindServerAsync(ct);
        (DnsName target, DnsName zone) = await FindPlaceAsync(server, name, ct);

        // Deletes one record by its data (RFC 2136, section 2.5.4).
        await UpdateAsync(server, zone, DnsRecord.OfText(target, DnsClass.None, 0, value), ct);
    }

    private async Task UpdateAsync(IPEndPoint server, DnsName zone, DnsRecord change, CancellationToken ct)
    {
        DnsMessage response = await _client.UpdateAsync(server, zone, change, _key, ct);
        if (response.ResponseCode != DnsResponseCode.Ok)
        {
            throw new CertificateException(
                $"the name server {_options.Server} doesn't change {change.Name} in the zone {zone}: {DnsResponseText.Of(response.ResponseCode)}");
        }
    }

    private async Task<(DnsName Target, DnsName Zone)> FindPlaceAsync(IPEndPoint server, string name, CancellationToken ct)
    {
        if (!DnsName.TryParse(name, out DnsName asked))
        {
            throw new CertificateException($"`{name}` is not a domain name");
        }

        var search = new ZoneSearch(_client, server, _key);
        DnsName target = await search.FollowAliasesAsync(asked, await FindResolversAsync(ct), ct);
        DnsName zone = _zone ?? await search.FindZoneAsync(target, ct);
        return target.IsWithin(zone) ? (target, zone) : throw new CertificateException($"{target} is not in the zone {zone}");
    }

    // The first address that takes a connection, so that one family without a route does no harm.
    private async Task<IPEndPoint> FindServerAsync(CancellationToken ct)
    {
        IReadOnlyList<IPEndPoint> addresses = await _server.ResolveAsync(ct);
        if (addresses.Count == 1)
        {
            return addresses[0];
        }

        var problem = new CertificateException($"the name server {_server} has no address");
        foreach (IPEndPoint address in addresses)
        {
            try
            {
                await _client.QueryAsync(address, _zone ?? DnsName.Root, DnsType.Soa, _key, ct);
                return address;
            }
            catch (CertificateException exception)
            {
                problem = exception;
            }
        }

        throw problem;
    }

    private async Task<IReadOnlyList<IPEndPoint>> FindResolversAsync(CancellationToken ct)
    {
        if (_options.Resolvers is not { } named)
        {
            return SystemResolvers.Read();
        }

        var resolvers = new List<IPEndPoint>();
        foreach (string resolver in named)
        {
            resolvers.AddRange(await DnsServerAddress.Read(resolver)!.ResolveAsync(ct));
        }

        return resolvers;
    }

    private async Task<IReadOnlyList<RecordServer>> FindCheckServersAsync(IPEndPoint server, DnsName zone, CancellationToken ct)
    {
        if (_options.CheckServers is not { } named)
        {
            return await new ZoneServers(_client, server, _key).FindAsync(zone, _options.NamedServerPort, ct);
        }

        var servers = new List<RecordServer>();
        foreach (string text in named)
        {
            servers.Add(new RecordServer(text, await DnsServerAddress.Read(text)!.ResolveAsync(ct)));
        }

        return servers;
    }
}
