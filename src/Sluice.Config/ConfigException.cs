using Sluice.Config.Diagnostics;

namespace Sluice.Config;

/// <summary>A configuration can't be used. Thrown at start-up only, by what embeds the proxy.</summary>
public sealed class ConfigException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="diagnostics">What was found, at least one error among it.</param>
    public ConfigException(IReadOnlyList<Diagnostic> diagnostics)
        : base("The configuration can't be used.\n" + DiagnosticRenderer.Render(diagnostics).TrimEnd('\n'))
    {
        Diagnostics = diagnostics;
    }

    /// <summary>Errors and warnings.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
