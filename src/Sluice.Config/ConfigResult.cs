using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy.Plans;

namespace Sluice.Config;

/// <summary>What became of reading a configuration.</summary>
/// <param name="Config">What was read, possibly incomplete; null when there was nothing to read.</param>
/// <param name="Plan">The compiled plan; null exactly when there are errors.</param>
/// <param name="Diagnostics">Errors and warnings in the order of the text.</param>
public sealed record ConfigResult(SluiceConfig? Config, ProxyPlan? Plan, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Whether the configuration can't be used.</summary>
    public bool HasErrors => Plan is null;
}
