namespace Sluice.Config.Diagnostics;

/// <summary>Whether a configuration can be used in spite of a finding.</summary>
public enum DiagnosticSeverity
{
    /// <summary>It can; it is legal but most likely not what was meant.</summary>
    Warning,

    /// <summary>It can't.</summary>
    Error,
}
