using Sluice.Admin.Plans;
using Sluice.Proxy;
using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Upstreams;

namespace Sluice.Admin.Metrics;

/// <summary>Metrics of what was decided about upstreams and their servers because of their answers.</summary>
internal static class HealthMetrics
{
    internal static void Write(MetricsText text, SluiceServer server)
    {
        List<UpstreamState> upstreams = [.. server.Upstreams.OrderBy(upstream => upstream.Plan.Name, StringComparer.Ordinal)];
        text.Describe("sluice_ejections_total", "counter", "Servers that were taken out because of their answers, by the rule.");
        foreach (UpstreamState upstream in upstreams.Where(upstream => upstream.Plan.Outliers is not null && upstream.Members.Length > 1))
        {
            foreach (OutlierCause cause in Enum.GetValues<OutlierCause>())
            {
                text.Add(upstream.Health.Ejections.Of(cause), ("upstream", upstream.Plan.Name), ("reason", PlanWords.SnakeCase(cause.ToString())));
            }
        }

        text.Describe("sluice_broken_responses_total", "counter", "Responses that servers broke off after their headers, by the reason.");
        foreach (UpstreamState upstream in upstreams)
        {
            foreach (ProxyErrorCode reason in BrokenResponses.Reasons)
            {
                text.Add(upstream.Health.BrokenResponses.CountOf(reason), ("upstream", upstream.Plan.Name), ("reason", ProxyErrors.Get(reason).Name));
            }
        }

        text.Describe("sluice_circuit_state", "gauge", "The circuit breaker of an upstream: 0 closed, 1 half open, 2 open.");
        upstreams.ForEach(upstream => Add(text, upstream, circuit => (int)circuit.Phase.State));
        text.Describe("sluice_circuit_opened_total", "counter", "How often the circuit breaker of an upstream was opened.");
        upstreams.ForEach(upstream => Add(text, upstream, circuit => circuit.Opened));
    }

    private static void Add(MetricsText text, UpstreamState upstream, Func<CircuitBreaker, double> valueOf)
    {
        if (upstream.Circuit is { } circuit)
        {
            text.Add(valueOf(circuit), ("upstream", upstream.Plan.Name));
        }
    }
}
