using System.Globalization;

namespace Sluice.Proxy.Plans.Matching;

/// <summary>A share of the requests, drawn at random.</summary>
/// <param name="HundredthsOfPercent">0 to 10,000. A request is drawn once, so that two conditions of the same share take the same requests.</param>
public sealed record PercentageCondition(int HundredthsOfPercent) : MatchCondition
{
    /// <inheritdoc/>
    public override int LeafCount => 1;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"percentage {HundredthsOfPercent / 100m:0.##}");
}
