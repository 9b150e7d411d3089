using Sluice.Config.Diagnostics;

namespace Sluice.Cli.Output;

/// <summary>Messages for the operator, on standard error: standard output is for results and the access log.</summary>
internal static class Terminal
{
    // https://no-color.org: any value but an empty one switches colours off.
    private static bool IsColored =>
        !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    /// <summary>Writes a message as one line.</summary>
    internal static void Complain(string message) => Console.Error.WriteLine("sluice: " + message);

    /// <summary>Writes what was found about a configuration; nothing when there is nothing.</summary>
    internal static void WriteFindings(IReadOnlyList<Diagnostic> findings)
    {
        if (findings.Count > 0)
        {
            Console.Error.Write(DiagnosticRenderer.Render(findings, IsColored));
        }
    }
}
