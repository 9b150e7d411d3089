namespace Sluice.Proxy.Plans;

/// <summary>When a server is taken out because of what it answers to requests, and for how long. Whatever all servers of an upstream do alike is no reason.</summary>
/// <remarks>
/// The defaults can do without being thought about: only what a server does more than its siblings counts, at most half of the servers are out at a time, and
/// the first time is over after half a minute.
/// </remarks>
public sealed record OutlierPlan
{
    /// <summary>So many errors in a row, over all workers, take a server out at once; 0 means that they don't.</summary>
    public int ConsecutiveErrors { get; init; } = 5;

    /// <summary>
    /// Responses that count as errors, beside everything that kept a response from coming. 501 and above 504 are answers of a server that works.
    /// </summary>
    public PlanList<StatusSpan> Statuses { get; init; } = [new StatusSpan(500, 500), new StatusSpan(502, 504)];

    /// <summary>So many errors among its requests take a server out, in percent; 0 means that they don't.</summary>
    public int ErrorPercent { get; init; } = 50;

    /// <summary>
    /// A server goes whose share of good answers is by so many standard deviations below the mean of all servers, in hundredths; 0 means that none goes for that. 190 is
    /// what Envoy has: of five servers one that differs from four equal ones is 2.
    /// </summary>
    public int DeviationHundredths { get; init; } = 190;

    /// <summary>A server goes that takes so many times as long as the median of all, in hundredths; 0 means that none goes for that.</summary>
    public int LatencyFactorHundredths { get; init; }

    /// <summary>Requests to a server before its shares and times say anything.</summary>
    public int RequestsMin { get; init; } = 100;

    /// <summary>Servers with as many requests that there have to be before they are compared by their deviation.</summary>
    public int ServersMin { get; init; } = 5;

    /// <summary>How often shares and times are looked at, in milliseconds.</summary>
    public int IntervalMs { get; init; } = 1_000;

    /// <summary>How long a server is out the first time, in milliseconds; the second time twice as long, and so on.</summary>
    public int EjectionTimeMs { get; init; } = 30_000;

    /// <summary>The longest that a server is out, in milliseconds.</summary>
    public int EjectionTimeMaxMs { get; init; } = 300_000;

    /// <summary>Whether active checks that pass let a server in before that time is over, as <see cref="Health.Outliers.CheckTestimony"/> says.</summary>
    public bool ReadmitByChecks { get; init; } = true;

    /// <summary>The share of an upstream's servers that may be out at a time, in percent: at least one of two or more, and never the last; 0 only lets in again.</summary>
    public int EjectedPercentMax { get; init; } = 50;
}
