using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Config;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice check</c>: says whether a configuration file is good, without serving anything.</summary>
internal static class CheckCommand
{
    internal const string Usage = "sluice check [FILE] [--json]";

    internal static Command Create()
    {
        Argument<string?> file = ConfigPath.Argument();
        Option<string?> config = ConfigPath.Option();
        var json = new Option<bool>("--json") { Description = "Print what was found as JSON." };
        var command = new Command("check", "Check a configuration file: 0 when it is good, 1 when it has errors.") { file, config, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is not null && result.GetValue(config) is not null)
            {
                result.AddError("the configuration is named twice");
            }
        });
        command.SetAction(parsed => Check(parsed.GetValue(file) ?? parsed.GetValue(config), parsed.GetValue(json)));
        return command;
    }

    /// <summary>Checks a file, or the usual one.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    internal static int Check(string? named, bool isJson)
    {
        if (ConfigPath.Find(named) is not { } path)
        {
            return ExitCode.CouldNotStart;
        }

        ConfigResult result = ConfigLoader.Load(path);
        if (isJson)
        {
            Console.Out.WriteLine(FindingsJson.Write(path, result));
            return result.HasErrors ? ExitCode.CouldNotStart : ExitCode.Ok;
        }

        Terminal.WriteFindings(result.Diagnostics);
        if (result.HasErrors)
        {
            return ExitCode.CouldNotStart;
        }

        Console.Out.WriteLine($"{path}: ok ({PlanSummary.Write(result.Plan!)})");
        return ExitCode.Ok;
    }
}
