using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans.Checks;

namespace Sluice.Config.Model;

/// <summary>How the servers of an upstream are checked. It needs no compiling, so it is that of the plan.</summary>
public sealed record HealthCheckConfig
{
    /// <summary>How.</summary>
    public HealthCheckPlan Plan { get; init; } = new();

    /// <summary>The options that were given and that not every kind of check has.</summary>
    public IReadOnlyList<string> Given { get; init; } = [];

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>The same with an option that not every kind of check has.</summary>
    internal HealthCheckConfig With(string option, HealthCheckPlan plan) => this with { Plan = plan, Given = [.. Given, option] };
}
