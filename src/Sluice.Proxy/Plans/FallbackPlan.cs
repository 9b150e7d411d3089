namespace Sluice.Proxy.Plans;

/// <summary>What takes the place of an error of the proxy's own with a status of 5xx. One of both.</summary>
/// <param name="Upstream">An upstream that gets the request.</param>
/// <param name="Respond">A fixed response.</param>
public sealed record FallbackPlan(UpstreamPlan? Upstream, RespondAction? Respond);
