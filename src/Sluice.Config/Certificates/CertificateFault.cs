using Sluice.Config.Diagnostics;

namespace Sluice.Config.Certificates;

/// <summary>Ends reading a certificate. It never leaves this folder.</summary>
internal sealed class CertificateFault(DiagnosticCode code, string message, string? hint = null, bool isOfKey = false) : Exception(message)
{
    internal CertificateProblem Problem { get; } = new(code, message, hint, isOfKey);
}
