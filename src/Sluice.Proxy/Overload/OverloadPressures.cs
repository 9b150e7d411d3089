namespace Sluice.Proxy.Overload;

/// <summary>How much of each resource is used: 0 is nothing, 1 all of it.</summary>
/// <param name="Connections">Client connections.</param>
/// <param name="Descriptors">File descriptors.</param>
/// <param name="Memory">Memory; null where there is no limit.</param>
/// <param name="Delay">The event loop that is the furthest behind.</param>
public readonly record struct OverloadPressures(double Connections, double Descriptors, double? Memory, double Delay)
{
    /// <summary>One of them; null where it has no limit.</summary>
    public double? Of(OverloadResource resource) => resource switch
    {
        OverloadResource.Connections => Connections,
        OverloadResource.Descriptors => Descriptors,
        OverloadResource.Memory => Memory,
        _ => Delay,
    };

    /// <summary>The highest of those that a step depends on.</summary>
    public (OverloadResource Resource, double Pressure) WorstFor(OverloadStep step)
    {
        (OverloadResource Resource, double Pressure) worst = (OverloadResource.Memory, Memory ?? 0);
        if (IsShedding(step))
        {
            return Delay > worst.Pressure ? (OverloadResource.Delay, Delay) : worst;
        }

        if (Connections > worst.Pressure)
        {
            worst = (OverloadResource.Connections, Connections);
        }

        return Descriptors > worst.Pressure ? (OverloadResource.Descriptors, Descriptors) : worst;
    }

    private static bool IsShedding(OverloadStep step) => step is OverloadStep.ShedLow or OverloadStep.Shed or OverloadStep.Refuse;
}
