using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Config;
using Sluice.Config.Diagnostics;
using Sluice.Config.Linting;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice lint</c>: what <c>sluice check</c> says, and advice about what is legal but hardly meant.</summary>
internal static class LintCommand
{
    internal const string Usage = "sluice lint [FILE] [--json]";

    internal static Command Create()
    {
        Argument<string?> file = ConfigPath.Argument();
        var json = new Option<bool>("--json") { Description = "Print what was found as JSON." };
        var command = new Command("lint", "Advise on a configuration file: 0 when there is nothing to say, else 1.") { file, json };
        command.SetAction(parsed => Lint(parsed.GetValue(file), parsed.GetValue(json)));
        return command;
    }

    private static int Lint(string? named, bool isJson)
    {
        if (ConfigPath.Find(named) is not { } path)
        {
            return ExitCode.CouldNotStart;
        }

        ConfigResult result = ConfigLoader.Load(path);
        IReadOnlyList<Diagnostic> findings = ConfigLinter.Lint(result);
        if (isJson)
        {
            Console.Out.WriteLine(FindingsJson.Write(path, result with { Diagnostics = findings }));
        }
        else if (findings.Count > 0)
        {
            Terminal.WriteFindings(findings);
        }
        else
        {
            Console.Out.WriteLine($"{path}: nothing to say");
        }

        return findings.Count > 0 ? ExitCode.CouldNotStart : ExitCode.Ok;
    }
}
