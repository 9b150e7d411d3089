using Sluice.Config.Automation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config;

/// <summary>What became of reading a configuration.</summary>
/// <param name="Config">What was read, possibly incomplete; null when there was nothing to read.</param>
/// <param name="Plan">The compiled plan; null exactly when there are errors.</param>
/// <param name="Diagnostics">Errors and warnings in the order of the files and their text.</param>
public sealed record ConfigResult(SluiceConfig? Config, ProxyPlan? Plan, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>The certificates that are to be obtained; null when there are errors, or no listener has <c>tls: auto</c>.</summary>
    public CertificateAutomation? Automation { get; init; }

    /// <summary>
    /// Full paths of all files that were read or looked for, included ones and those of <c>${file:}</c> among them, and of the folders that
    /// patterns looked into: what a change of can change the result. They need not exist. Complete up to the first error that ended reading.
    /// </summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The one tree of all files; null when it could not be read.</summary>
    internal YamlNode? Tree { get; init; }

    /// <summary>Whether the configuration can't be used.</summary>
    public bool HasErrors => Plan is null;
}
