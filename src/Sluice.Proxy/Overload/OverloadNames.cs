namespace Sluice.Proxy.Overload;

/// <summary>What steps and resources are called in messages, the status and metrics; steps as in the configuration.</summary>
public static class OverloadNames
{
    /// <summary>All resources.</summary>
    public static IReadOnlyList<OverloadResource> Resources { get; } = Enum.GetValues<OverloadResource>();

    /// <summary>A step.</summary>
    public static string NameOf(OverloadStep step) => step switch
    {
        OverloadStep.ReduceTimeouts => "reduce_timeouts",
        OverloadStep.Shrink => "shrink",
        OverloadStep.ShedLow => "shed_low",
        OverloadStep.Close => "close",
        OverloadStep.Shed => "shed",
        OverloadStep.Refuse => "refuse",
        _ => "none",
    };

    /// <summary>A resource.</summary>
    public static string NameOf(OverloadResource resource) => resource switch
    {
        OverloadResource.Connections => "connections",
        OverloadResource.Descriptors => "descriptors",
        OverloadResource.Memory => "memory",
        _ => "delay",
    };
}
