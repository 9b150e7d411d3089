using Sluice.Config.Diagnostics;

namespace Sluice.Cli.Output;

/// <summary>Messages for the operator, on standard error: standard output is for results and the access log.</summary>
internal static class Terminal
{
    /// <summary>Whether what goes to standard error may have colours.</summary>
    internal static bool IsErrorColored => !Console.IsErrorRedirected && AllowsColors;

    // https://no-color.org: any value but an empty one switches colours off.
    private static bool AllowsColors =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    /// <summary>Writes a message as one line.</summary>
    internal static void Complain(string message) => Console.Error.WriteLine("sluice: " + message);

    /// <summary>A text for standard output that stands out on a terminal.</summary>
    internal static string Strong(string text) => !Console.IsOutputRedirected && AllowsColors ? $"\u001b[1m{text}\u001b[0m" : text;

    /// <summary>Writes what was found about a configuration; nothing when there is nothing.</summary>
    internal static void WriteFindings(IReadOnlyList<Diagnostic> findings)
    {
        if (findings.Count > 0)
        {
            Console.Error.Write(DiagnosticRenderer.Render(findings, IsErrorColored));
        }
    }
}
