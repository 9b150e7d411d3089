namespace Sluice.Proxy.Plans;

/// <summary>Requests that wait before anything is done with them.</summary>
public sealed record DelayFault
{
    /// <summary>How long, in milliseconds, from 1.</summary>
    public int TimeMs { get; init; }

    /// <summary>Which share of the requests, in hundredths of a percent.</summary>
    public int HundredthsOfPercent { get; init; } = 10_000;
}
