using Sluice.Proxy.Retries;

namespace Sluice.Admin.Metrics;

/// <summary>What <c>GET /metrics</c> says of requests that were sent again.</summary>
internal static class RetryMetrics
{
    internal static void Write(MetricsText text, IReadOnlyDictionary<string, UpstreamRetries> upstreams)
    {
        List<KeyValuePair<string, UpstreamRetries>> sorted = [.. upstreams.OrderBy(upstream => upstream.Key, StringComparer.Ordinal)];
        text.Describe("sluice_retries_total", "counter", "Requests that were sent to a server once more, by the reason.");
        foreach ((string name, UpstreamRetries retries) in sorted)
        {
            foreach (RetryReason reason in RetryReasons.All.Where(reason => retries.CountOf(reason) > 0))
            {
                text.Add(retries.CountOf(reason), ("upstream", name), ("reason", RetryReasons.NameOf(reason)));
            }
        }

        text.Describe("sluice_retry_budget_exhausted_total", "counter", "Retries that were not made because there were too many at once.");
        sorted.ForEach(upstream => text.Add(upstream.Value.Exhausted, ("upstream", upstream.Key)));
        text.Describe("sluice_hedges_won_total", "counter", "Requests that the second of two servers answered first.");
        foreach ((string name, UpstreamRetries retries) in sorted.Where(upstream => upstream.Value.CountOf(RetryReason.Hedge) > 0))
        {
            text.Add(retries.HedgesWon, ("upstream", name));
        }

        text.Describe("sluice_failovers_total", "counter", "Requests that went on from an upstream to another.");
        sorted.ForEach(upstream => text.Add(upstream.Value.Failovers, ("upstream", upstream.Key)));
    }
}
