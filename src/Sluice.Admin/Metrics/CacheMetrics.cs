using Sluice.Admin.Api;
using Sluice.Proxy;
using Sluice.Proxy.Caching;

namespace Sluice.Admin.Metrics;

/// <summary>What <c>GET /metrics</c> says of the cache; nothing where no route has one and nothing is left of one.</summary>
internal static class CacheMetrics
{
    internal static void Write(MetricsText text, SluiceServer server)
    {
        CacheStatus status = CacheReports.StatusOf(server);
        if (status.Routes.Count == 0 && status.Memory.Objects == 0 && status.Requests.Values.All(count => count == 0))
        {
            return;
        }

        text.Describe("sluice_cache_requests_total", "counter", "Requests with which the cache had something to do, by what that was.");
        foreach ((CacheOutcome _, string name) in CacheReports.Outcomes)
        {
            text.Add(status.Requests[name], ("outcome", name));
        }

        text.Describe("sluice_cache_objects", "gauge", "Responses that are stored.");
        AddTiers(text, status, tier => tier.Objects);
        text.Describe("sluice_cache_bytes", "gauge", "What they take.");
        AddTiers(text, status, tier => tier.Bytes);
        text.Describe("sluice_cache_limit_bytes", "gauge", "What they may take.");
        AddTiers(text, status, tier => tier.BytesMax);
        text.Describe("sluice_cache_evictions_total", "counter", "Responses that had to make room in memory.").Add(status.Evicted);
        text.Describe("sluice_cache_refused_total", "counter", "Responses that were not stored: others are asked for more often, or there was no room.").Add(status.Refused);
        text.Describe("sluice_cache_fetches", "gauge", "Requests of the cache to servers that are on their way.").Add(status.Fetches);
        if (status.Disk is not null)
        {
            text.Describe("sluice_cache_disk_faults_total", "counter", "Files that were damaged or foreign, and writes that failed.").Add(status.DiskFaults);
        }
    }

    private static void AddTiers(MetricsText text, CacheStatus status, Func<CacheTierStatus, long> valueOf)
    {
        text.Add(valueOf(status.Memory), ("tier", "memory"));
        if (status.Disk is { } disk)
        {
            text.Add(valueOf(disk), ("tier", "disk"));
        }
    }
}
