using Microsoft.AspNetCore.Http;
using Sluice.Admin.Plans;
using Sluice.Proxy;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans;

namespace Sluice.Admin.Api;

/// <summary>What the control API and metrics tell about the cache, and what operators do with it.</summary>
internal static class CacheReports
{
    private static readonly CacheOutcome[] Hits = [CacheOutcome.Hit, CacheOutcome.Stale, CacheOutcome.Revalidated, CacheOutcome.Coalesced];

    /// <summary>The ways in which requests can end, with their words.</summary>
    internal static IReadOnlyList<(CacheOutcome Outcome, string Name)> Outcomes { get; } =
    [
        .. Enum.GetValues<CacheOutcome>().Where(outcome => outcome != CacheOutcome.None).Select(outcome => (outcome, PlanWords.SnakeCase(outcome.ToString()))),
    ];

    internal static CacheStatus StatusOf(SluiceServer server)
    {
        ProxyPlan plan = server.Plan;
        CacheTotals totals = server.CacheTotals;
        return new CacheStatus
        {
            Routes = [.. plan.Routes.Where(route => route.Cache is not null).Select(route => route.Name)],
            Memory = new CacheTierStatus { Objects = totals.Objects, Bytes = totals.Bytes, BytesMax = totals.BytesMax },
            Disk = plan.Cache.Disk is { } disk ? new CacheTierStatus { Objects = totals.DiskObjects, Bytes = totals.DiskBytes, BytesMax = disk.BytesMax } : null,
            Evicted = totals.Evicted,
            Refused = totals.Refused,
            DiskFaults = totals.DiskFaults,
            Fetches = totals.Fetches,
            Requests = Outcomes.ToDictionary(entry => entry.Name, entry => server.CachedOf(entry.Outcome), StringComparer.Ordinal),
            HitRatio = RatioOf(server),
        };
    }

    /// <summary>Purges what the query of a request says: exactly one of <c>url</c>, <c>prefix</c>, <c>host</c>, <c>tag</c> and <c>all=true</c>, and maybe <c>soft=true</c>.</summary>
    internal static PurgeReport Purge(SluiceServer server, IQueryCollection query)
    {
        bool isSoft = query["soft"] == "true";
        List<(CachePurgeKind Kind, string Text)> asked =
        [
            .. Given(query, "url", CachePurgeKind.Url),
            .. Given(query, "prefix", CachePurgeKind.Prefix),
            .. Given(query, "host", CachePurgeKind.Host),
            .. Given(query, "tag", CachePurgeKind.Tag),
        ];
        if (query["all"] == "true")
        {
            asked.Add((CachePurgeKind.All, ""));
        }

        // What is misspelt must not become a purge of everything.
        if (asked.Count != 1)
        {
            return Refuse("exactly one of url, prefix, host, tag and all=true says what is to be removed");
        }

        if (!PurgeText.TryRead(asked[0].Kind, asked[0].Text, isSoft, out CachePurge? purge, out string? problem))
        {
            return Refuse(problem);
        }

        long objects = server.PurgeCache(purge);
        return objects >= 0 ? new PurgeReport { Objects = objects, IsSoft = isSoft } : Refuse("the cache can't be purged like that");

        PurgeReport Refuse(string reason) => new() { Objects = 0, IsSoft = isSoft, Problem = reason };
    }

    private static IEnumerable<(CachePurgeKind Kind, string Text)> Given(IQueryCollection query, string key, CachePurgeKind kind) =>
        query[key].Select(text => (kind, text ?? ""));

    private static double? RatioOf(SluiceServer server)
    {
        long all = Outcomes.Where(entry => entry.Outcome != CacheOutcome.Bypass).Sum(entry => server.CachedOf(entry.Outcome));
        return all == 0 ? null : Math.Round((double)Hits.Sum(server.CachedOf) / all, 4);
    }
}
