using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Overload;

/// <summary>Which steps follow from pressures. A step ends 5 points below where it began, so that nothing flaps. For one thread at a time.</summary>
internal sealed class OverloadLadder
{
    private const int HysteresisPoints = 5;
    private const int FullReduction = 10;

    private int _steps;
    private int _reduction;

    /// <summary>The steps from the lowest to the highest.</summary>
    public static IReadOnlyList<OverloadStep> Steps { get; } = [.. Enum.GetValues<OverloadStep>().Where(step => step != OverloadStep.None)];

    /// <summary>What is to be done now, given what was done before.</summary>
    public OverloadState Climb(OverloadPlan plan, OverloadPressures pressures)
    {
        int steps = 0;
        foreach (OverloadStep step in Steps)
        {
            double points = pressures.WorstFor(step).Pressure * 100;
            int bit = 1 << (int)step;
            bool holds = points >= BeginOf(plan, step) || ((_steps & bit) != 0 && points > BeginOf(plan, step) - HysteresisPoints);
            steps |= holds ? bit : 0;
        }

        _steps = steps;
        _reduction = ReductionFor(plan, pressures.WorstFor(OverloadStep.ReduceTimeouts).Pressure * 100);
        return new OverloadState(pressures, steps, _reduction);
    }

    /// <summary>Forgets what was done.</summary>
    public void Reset()
    {
        _steps = 0;
        _reduction = 0;
    }

    /// <summary>Where a step begins, in percent.</summary>
    internal static double BeginOf(OverloadPlan plan, OverloadStep step) => step switch
    {
        OverloadStep.ReduceTimeouts => plan.ReduceTimeoutsPercent,
        OverloadStep.Shrink => plan.ShrinkPercent,
        OverloadStep.ShedLow => (plan.ShrinkPercent + plan.ShedPercent) / 2.0,
        OverloadStep.Close => plan.ClosePercent,
        OverloadStep.Shed => plan.ShedPercent,
        _ => plan.RefusePercent,
    };

    // A point is a tenth. It falls as late as steps end: every change is a walk over all connections.
    private int ReductionFor(OverloadPlan plan, double points)
    {
        int rising = (int)Math.Floor(points) - plan.ReduceTimeoutsPercent;
        return Math.Clamp(Math.Max(rising, Math.Min(_reduction, rising + HysteresisPoints)), 0, FullReduction);
    }
}
