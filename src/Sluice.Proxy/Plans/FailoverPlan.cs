namespace Sluice.Proxy.Plans;

/// <summary>Where a request goes on when its upstream fails it.</summary>
/// <param name="Upstreams">The upstreams behind the first, in their order; at least one.</param>
/// <param name="On">After what.</param>
public sealed record FailoverPlan(PlanList<UpstreamPlan> Upstreams, RetryTriggers On);
