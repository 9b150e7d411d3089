namespace Sluice.Proxy.Plans;

/// <summary>Requests that are answered with an error, and go nowhere.</summary>
public sealed record AbortFault
{
    /// <summary>400 to 599.</summary>
    public int Status { get; init; }

    /// <summary>Which share of the requests, in hundredths of a percent.</summary>
    public int HundredthsOfPercent { get; init; } = 10_000;
}
