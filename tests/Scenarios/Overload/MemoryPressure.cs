using Sluice.Proxy.Overload;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Overload;

/// <summary>Plans under which a proxy of this process is under pressure, however much memory the process has at the moment.</summary>
internal static class MemoryPressure
{
    // Twice of what there is: between a fifth and 90 percent while other tests come and go.
    private static long Limit => Environment.WorkingSet * 2;

    /// <summary>No pressure at all.</summary>
    internal static OverloadPlan None { get; } = new() { MemoryLimitBytes = long.MaxValue };

    /// <summary>A step and those below it are taken, and none above.</summary>
    internal static OverloadPlan UpTo(OverloadStep step)
    {
        int Level(OverloadStep own, int low, int high) => own <= step ? low : high;

        return new OverloadPlan
        {
            MemoryLimitBytes = Limit,
            ReduceTimeoutsPercent = 10,
            ShrinkPercent = Level(OverloadStep.Shrink, 11, 96),
            ClosePercent = Level(OverloadStep.Close, 12, 97),
            ShedPercent = Level(OverloadStep.Shed, 13, 98),
            RefusePercent = Level(OverloadStep.Refuse, 14, 100),
        };
    }
}
