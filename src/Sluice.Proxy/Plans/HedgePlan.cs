namespace Sluice.Proxy.Plans;

/// <summary>When a request that has not been answered is sent to a second server as well.</summary>
/// <param name="DelayMs">After so many milliseconds, at least 1; unused with <paramref name="QuantileHundredths"/>.</param>
/// <param name="QuantileHundredths">When it takes longer than so many of the upstream's requests, in hundredths of a percent, above 0 and below 10,000; 0 for <paramref name="DelayMs"/>.</param>
public sealed record HedgePlan(int DelayMs, int QuantileHundredths = 0);
