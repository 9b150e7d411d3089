using System.Net;
using Sluice.Certificates.Dns.Messages;

namespace Sluice.Certificates.Dns.Lookups;

/// <summary>Finds where a record belongs: behind which aliases, and in which zone. Any thread.</summary>
/// <param name="client">Asks.</param>
/// <param name="server">The server that has the zone.</param>
/// <param name="key">Signs what that server is asked.</param>
internal sealed class ZoneSearch(DnsClient client, IPEndPoint server, TsigKey key)
{
    // As many as big resolvers follow.
    private const int AliasesMax = 8;

    /// <summary>
    /// Follows aliases (CNAME), by which the records of challenges may be delegated to another zone. Asks the server; where it doesn't have
    /// the name, the system's resolvers.
    /// </summary>
    /// <param name="name">The name to begin with.</param>
    /// <param name="resolvers">Whom to ask about zones that the server doesn't have; may be none.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="CertificateException">The server didn't answer, or the aliases go in a circle.</exception>
    internal async Task<DnsName> FollowAliasesAsync(DnsName name, IReadOnlyList<IPEndPoint> resolvers, CancellationToken ct)
    {
        DnsName current = name;
        for (int followed = 0; followed <= AliasesMax; followed++)
        {
            DnsName? target = await FindAliasAsync(current, resolvers, ct);
            if (target is null)
            {
                return current;
            }

            current = target;
        }

        throw new CertificateException($"{name} is an alias (CNAME) of an alias, and more than {AliasesMax} of them");
    }

    /// <summary>Finds the zone of a name: the nearest SOA record at it or above it.</summary>
    /// <exception cref="CertificateException">The server has no zone for it.</exception>
    internal async Task<DnsName> FindZoneAsync(DnsName name, CancellationToken ct)
    {
        string last = "";
        for (DnsName at = name; !at.IsRoot; at = at.Parent)
        {
            DnsMessage response = await client.QueryAsync(server, at, DnsType.Soa, key, ct);
            DnsRecord? start = response.Answers.Concat(response.Authorities)
                .FirstOrDefault(record => record.Type == DnsType.Soa && !record.Name.IsRoot && name.IsWithin(record.Name));
            if (start is not null)
            {
                return start.Name;
            }

            last = response.ResponseCode == DnsResponseCode.Ok ? "" : $": {DnsResponseText.Of(response.ResponseCode)}";
        }

        throw new CertificateException($"the name server {server} has no zone for {name}{last}");
    }

    private async Task<DnsName?> FindAliasAsync(DnsName name, IReadOnlyList<IPEndPoint> resolvers, CancellationToken ct)
    {
        DnsMessage own = await client.QueryAsync(server, name, DnsType.Cname, key, ct);
        if (own.IsAuthoritative && own.ResponseCode is DnsResponseCode.Ok or DnsResponseCode.NoSuchName)
        {
            return TargetIn(own, name);
        }

        foreach (IPEndPoint resolver in resolvers)
        {
            try
            {
                DnsMessage response = await client.QueryAsync(resolver, name, DnsType.Cname, key: null, ct);
                if (response.ResponseCode is DnsResponseCode.Ok or DnsResponseCode.NoSuchName)
                {
                    return TargetIn(response, name);
                }
            }
            catch (CertificateException)
            {
                // The next one may know. If none does, the name stands for itself, and the server says whether it has its zone.
            }
        }

        return TargetIn(own, name);
    }

    private static DnsName? TargetIn(DnsMessage response, DnsName name) =>
        response.Answers.FirstOrDefault(record => record.Type == DnsType.Cname && record.Name.Equals(name))?.Target;
}
