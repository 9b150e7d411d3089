namespace Sluice.Proxy.Plans;

/// <summary>A response time that is too long for an upstream.</summary>
/// <param name="QuantileHundredths">The quantile that is looked at, in hundredths of a percent: 9,900 for the slowest of a hundred.</param>
/// <param name="AboveMs">What it may not be above, in milliseconds.</param>
public sealed record CircuitLatencyPlan(int QuantileHundredths, int AboveMs);
