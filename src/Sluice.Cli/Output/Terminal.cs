using Sluice.Config.Diagnostics;
using Sluice.Proxy.Telemetry;

namespace Sluice.Cli.Output;

/// <summary>Messages for the operator, on standard error: standard output is for results and the access log.</summary>
internal static class Terminal
{
    // While requests are served. Commands that end soon wait for their reader instead, who may be a pager.
    private static volatile MessageOutput? s_background;

    /// <summary>Whether what goes to standard error may have colours.</summary>
    internal static bool IsErrorColored => !Console.IsErrorRedirected && AllowsColors;

    // https://no-color.org: any value but an empty one switches colours off.
    private static bool AllowsColors =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    /// <summary>Writes a message as one line.</summary>
    internal static void Complain(string message) => Write($"sluice: {message}\n");

    /// <summary>Writes a text.</summary>
    internal static void Write(string text)
    {
        if (s_background is { } background)
        {
            background.Write(text);
        }
        else
        {
            Console.Error.Write(text);
        }
    }

    /// <summary>From here on nobody waits for the reader of standard error, up to <see cref="EndBackground"/>.</summary>
    internal static void BeginBackground() => s_background = new MessageOutput(Console.Error);

    /// <summary>Writes out what waits, for two seconds at the most.</summary>
    internal static void EndBackground()
    {
        s_background?.Dispose();
        s_background = null;
    }

    /// <summary>A text for standard output that stands out on a terminal.</summary>
    internal static string Strong(string text) => !Console.IsOutputRedirected && AllowsColors ? $"\u001b[1m{text}\u001b[0m" : text;

    /// <summary>Writes what was found about a configuration; nothing when there is nothing.</summary>
    internal static void WriteFindings(IReadOnlyList<Diagnostic> findings)
    {
        if (findings.Count > 0)
        {
            Write(DiagnosticRenderer.Render(findings, IsErrorColored));
        }
    }
}
