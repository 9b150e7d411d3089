namespace Sluice.Proxy.Plans;

/// <summary>How the number of requests that an upstream has at once follows its response times.</summary>
public sealed record AdaptiveConcurrencyPlan
{
    /// <summary>The least that the limit can become, 1 to 1,000,000.</summary>
    public int LimitMin { get; init; } = 3;

    /// <summary>The most that it can become, 1 to 1,000,000; at least <see cref="LimitMin"/>.</summary>
    public int LimitMax { get; init; } = 1_000;

    /// <summary>What it is before anything is known, 1 to 1,000,000, within the two above.</summary>
    public int LimitInitial { get; init; } = 20;

    /// <summary>How much longer than usual responses may take before the limit falls, in percent, 1 to 1,000.</summary>
    public int TolerancePercent { get; init; } = 25;

    /// <summary>How often is measured what is usual, in milliseconds.</summary>
    public int RecalibrateMs { get; init; } = 60_000;

    /// <summary>Requests of one worker that may wait while there are as many as the limit allows; 0 answers them with 503 at once.</summary>
    public int QueueMax { get; init; }

    /// <summary>How long they wait, in milliseconds.</summary>
    public int QueueTimeoutMs { get; init; } = 1_000;
}
