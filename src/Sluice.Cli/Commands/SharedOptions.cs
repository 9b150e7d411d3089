using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sluice.Cli.Commands;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    private const int WorkersMax = 1_024;

    /// <summary><c>--workers</c>; null when it isn't given.</summary>
    internal static Option<string?> Workers() => new("--workers")
    {
        Description = "Event-loop threads, 1 to 1024, or auto for one per core.",
        HelpName = "N",
        CustomParser = ParseWorkers,
    };

    /// <summary><c>--access-log</c>; null when it isn't given.</summary>
    internal static Option<string?> AccessLog() => new("--access-log")
    {
        Description = "Where a line of JSON for each request goes: stdout or off.",
        HelpName = "stdout|off",
        CustomParser = ParseAccessLog,
    };

    /// <summary>Whether to log, by the value of <see cref="AccessLog"/>; null leaves it to the configuration.</summary>
    internal static bool? IsAccessLogOn(string? value) => value is null ? null : value == "stdout";

    /// <summary>How many, by the value of <see cref="Workers"/>: 0 for <c>auto</c>; null leaves it to the configuration.</summary>
    internal static int? WorkerCountOf(string? value) => value is null ? null : value == "auto" ? 0 : int.Parse(value);

    private static string? ParseWorkers(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        bool isCount = text.Length is > 0 and <= 4 && text.All(char.IsAsciiDigit) && int.Parse(text) is >= 1 and <= WorkersMax;
        if (!isCount && text != "auto")
        {
            result.AddError($"--workers is a number from 1 to {WorkersMax}, or auto; not `{text}`");
        }

        return text;
    }

    private static string? ParseAccessLog(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text is not ("stdout" or "off"))
        {
            result.AddError($"--access-log is stdout or off; not `{text}`");
        }

        return text;
    }
}
