using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Overload;

/// <summary>What is done against overload at the moment, and why. Immutable: workers read one volatile reference to it.</summary>
public sealed class OverloadState
{
    // The shortest that idle connections are kept for: a client that is at it sends its next request by then.
    private const int ReducedTimeoutMs = 2_000;
    private const int Full = 10;

    private readonly int _steps;

    /// <summary>Makes a state.</summary>
    /// <param name="pressures">What it follows from.</param>
    /// <param name="steps">The steps that are taken, a bit for each.</param>
    /// <param name="reduction">How far timeouts are reduced, in tenths.</param>
    internal OverloadState(OverloadPressures pressures, int steps, int reduction)
    {
        Pressures = pressures;
        _steps = steps;
        Reduction = reduction;
        LeastAdmitted = Is(OverloadStep.Refuse) ? PriorityClass.Critical
            : Is(OverloadStep.Shed) ? PriorityClass.High
            : Is(OverloadStep.ShedLow) ? PriorityClass.Normal
            : PriorityClass.Low;
    }

    /// <summary>Nothing is known, and nothing done.</summary>
    public static OverloadState Calm { get; } = new(default, 0, 0);

    /// <summary>What was measured last.</summary>
    public OverloadPressures Pressures { get; }

    /// <summary>The highest step that is taken.</summary>
    public OverloadStep Step => (OverloadStep)(31 - int.LeadingZeroCount(_steps | 1));

    /// <summary>How far timeouts of idle connections are reduced, 0 to 10.</summary>
    internal int Reduction { get; }

    /// <summary>The lowest class whose requests are served.</summary>
    internal PriorityClass LeastAdmitted { get; }

    /// <summary>Whether a step is taken.</summary>
    public bool Is(OverloadStep step) => step != OverloadStep.None && (_steps & (1 << (int)step)) != 0;

    /// <summary>How long a connection may be idle that otherwise might for so long, in milliseconds.</summary>
    internal int Reduce(int timeoutMs) => Reduction == 0 || timeoutMs <= ReducedTimeoutMs
        ? timeoutMs
        : timeoutMs - (int)((long)(timeoutMs - ReducedTimeoutMs) * Reduction / Full);
}
