using Sluice.Config;
using Sluice.Proxy.Plans;

namespace Sluice.Admin.Reloading;

/// <summary>What the command line said instead of the configuration; it holds for every reload, too. Null: nothing said.</summary>
public sealed record LaunchOverrides
{
    /// <summary>Whether requests are logged.</summary>
    public bool? AccessLog { get; init; }

    /// <summary>Event-loop threads; 0 means one per core.</summary>
    public int? Workers { get; init; }

    /// <summary>Whether to reload when a file changes.</summary>
    public bool? Watch { get; init; }

    /// <summary>The plan to serve.</summary>
    public ProxyPlan PlanOf(ConfigResult loaded) => loaded.Plan! with { AccessLog = AccessLog ?? loaded.Plan!.AccessLog };

    /// <summary>How many event loops there should be.</summary>
    public int WorkersOf(ConfigResult loaded) => Workers ?? loaded.Config!.Workers;

    /// <summary>Whether the files are watched.</summary>
    public bool IsWatching(ConfigResult loaded) => Watch ?? loaded.Config!.Watch;
}
