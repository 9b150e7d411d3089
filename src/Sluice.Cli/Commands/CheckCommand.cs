using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Config;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice check</c>: says whether a configuration file is good, without serving anything.</summary>
internal static class CheckCommand
{
    internal const string Usage = "sluice check FILE";

    internal static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The configuration file." };
        var command = new Command("check", "Check a configuration file: 0 when it is good, 1 when it has errors.") { file };
        command.SetAction(parsed => Check(parsed.GetRequiredValue(file)));
        return command;
    }

    private static int Check(string path)
    {
        ConfigResult result = ConfigLoader.Load(path);
        Terminal.WriteFindings(result.Diagnostics);
        if (result.HasErrors)
        {
            return ExitCode.CouldNotStart;
        }

        Console.Out.WriteLine($"{path}: ok ({PlanSummary.Write(result.Plan!)})");
        return ExitCode.Ok;
    }
}
