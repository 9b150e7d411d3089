using Sluice.Config.Diagnostics;

namespace Sluice.Config.Certificates;

/// <summary>What is wrong with a certificate or its key, or what is worth a warning.</summary>
/// <param name="Code">Its kind.</param>
/// <param name="Message">In one line, naming the file in backticks.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="IsOfKey">Whether it is about the file of the key.</param>
public sealed record CertificateProblem(DiagnosticCode Code, string Message, string? Hint = null, bool IsOfKey = false)
{
    /// <summary>Whether the certificate can't be used.</summary>
    public bool IsError => Code.Severity == DiagnosticSeverity.Error;
}
