using Sluice.Proxy;
using Sluice.Proxy.Concurrency;
using Sluice.Proxy.Upstreams;

namespace Sluice.Admin.Metrics;

/// <summary>Metrics of upstreams whose limit of requests follows their response times.</summary>
internal static class ConcurrencyMetrics
{
    internal static void Write(MetricsText text, SluiceServer server)
    {
        List<UpstreamState> upstreams = [.. server.Upstreams.Where(upstream => upstream.Concurrency is not null).OrderBy(upstream => upstream.Plan.Name, StringComparer.Ordinal)];
        text.Describe("sluice_concurrency_limit", "gauge", "How many requests an upstream may have at once now.");
        Add(concurrency => concurrency.Limit);
        text.Describe("sluice_concurrency_in_flight", "gauge", "How many it has.");
        Add(concurrency => concurrency.InFlight);
        text.Describe("sluice_concurrency_baseline_seconds", "gauge", "What its responses take when nobody waits for another; 0 until that was measured.");
        Add(concurrency => concurrency.BaselineMicroseconds / 1_000_000d);
        text.Describe("sluice_concurrency_turned_away_total", "counter", "Requests that were answered with 503 because it had too many.");
        Add(concurrency => concurrency.TurnedAway);

        void Add(Func<AdaptiveConcurrency, double> valueOf) => upstreams.ForEach(upstream => text.Add(valueOf(upstream.Concurrency!), ("upstream", upstream.Plan.Name)));
    }
}
