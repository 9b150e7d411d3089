using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Resolution.Messages;

namespace Sluice.Proxy.Resolution;

/// <summary>Finds the addresses of a host: in <c>/etc/hosts</c>, or else both families by DNS, with the search list where the system's name servers are asked. Any thread.</summary>
internal sealed class AddressLookup(DnsPlan plan, DnsLookup dns)
{
    // Hosts files change by hand; looking is cheap.
    private const int HostsTtlMs = 10_000;

    private static readonly AddressAnswer Nothing = new(LookupOutcome.Missing, [], 0, "it can't be a name");

    // One family has its answer: the other gets so much longer, so that a name server that is silent about one doesn't hold up the other.
    private static readonly TimeSpan SecondFamilyTime = TimeSpan.FromSeconds(1);

    /// <summary>Finds them.</summary>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    internal async Task<(AddressAnswer Ipv6, AddressAnswer Ipv4)> FindAsync(string host, CancellationToken cancel)
    {
        if (HostsFile.Find(host) is { Count: > 0 } local)
        {
            return (FromHosts(local, AddressFamily.InterNetworkV6), FromHosts(local, AddressFamily.InterNetwork));
        }

        AddressAnswer? failed6 = null;
        AddressAnswer? failed4 = null;
        (AddressAnswer Ipv6, AddressAnswer Ipv4) last = (Nothing, Nothing);
        foreach (string name in plan.Servers.Count > 0 ? [host] : ResolverFile.Read().NamesFor(host))
        {
            last = await FindWholeAsync(name, cancel).ConfigureAwait(false);
            if (last.Ipv6.Outcome == LookupOutcome.Found || last.Ipv4.Outcome == LookupOutcome.Found)
            {
                return last;
            }

            failed6 ??= last.Ipv6.Outcome == LookupOutcome.Failed ? last.Ipv6 : null;
            failed4 ??= last.Ipv4.Outcome == LookupOutcome.Failed ? last.Ipv4 : null;
        }

        return (failed6 ?? last.Ipv6, failed4 ?? last.Ipv4);
    }

    private async Task<(AddressAnswer Ipv6, AddressAnswer Ipv4)> FindWholeAsync(string name, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task<LookupResult> ipv6 = dns.FindAsync(name, RecordType.Aaaa, patience.Token);
        Task<LookupResult> ipv4 = dns.FindAsync(name, RecordType.A, patience.Token);
        Task<LookupResult> first = await Task.WhenAny(ipv6, ipv4).ConfigureAwait(false);
        if (first.IsCompletedSuccessfully && first.Result.Outcome == LookupOutcome.Found)
        {
            patience.CancelAfter(SecondFamilyTime);
        }

        AddressAnswer answer6 = await ReadAsync(ipv6, cancel).ConfigureAwait(false);
        AddressAnswer answer4 = await ReadAsync(ipv4, cancel).ConfigureAwait(false);
        return (answer6, answer4);
    }

    private static async Task<AddressAnswer> ReadAsync(Task<LookupResult> lookup, CancellationToken cancel)
    {
        try
        {
            LookupResult result = await lookup.ConfigureAwait(false);
            return new AddressAnswer(result.Outcome, [.. result.Records.Select(record => record.Address!).Distinct()], result.TtlSeconds * 1_000L, result.Problem);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new AddressAnswer(LookupOutcome.Failed, [], 0, "no answer about one of its families of addresses");
        }
    }

    private static AddressAnswer FromHosts(IReadOnlyList<IPAddress> addresses, AddressFamily family)
    {
        IPAddress[] own = [.. addresses.Where(address => address.AddressFamily == family)];
        return new AddressAnswer(own.Length > 0 ? LookupOutcome.Found : LookupOutcome.Missing, own, HostsTtlMs, "");
    }
}
