namespace Sluice.Proxy.Plans;

/// <summary>When the proxy protects itself, and from what. Percentages are of pressures (<see cref="Overload.OverloadPressures"/>), and rise from each to the next.</summary>
public sealed record OverloadPlan
{
    /// <summary>The resident memory that is 100 %, in bytes; 0 means that the limit of the process's control group is, if there is one.</summary>
    public long MemoryLimitBytes { get; init; }

    /// <summary>The delay of an event loop that is 100 %, in milliseconds.</summary>
    public int DelayMaxMs { get; init; } = 100;

    /// <summary>From here on idle connections are kept for less long; 10 points further for 2 s.</summary>
    public int ReduceTimeoutsPercent { get; init; } = 80;

    /// <summary>From here on what is only kept for later is given up: idle connections to servers, free buffers.</summary>
    public int ShrinkPercent { get; init; } = 85;

    /// <summary>From here on client connections end with the request in progress.</summary>
    public int ClosePercent { get; init; } = 92;

    /// <summary>From here on requests get a 503; those of <see cref="PriorityClass.Low"/> from half way between <see cref="ShrinkPercent"/> and here.</summary>
    public int ShedPercent { get; init; } = 95;

    /// <summary>From here on new connections are refused, and requests of <see cref="PriorityClass.High"/> get a 503, too.</summary>
    public int RefusePercent { get; init; } = 98;
}
