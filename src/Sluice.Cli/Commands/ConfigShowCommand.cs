using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Config;
using Sluice.Config.Showing;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice config show</c>: prints the one configuration that several files make.</summary>
internal static class ConfigShowCommand
{
    internal const string Usage = "sluice config show [-c FILE] [--origin] [--json]";

    internal static Command Create()
    {
        Option<string?> config = ConfigPath.Option();
        var origin = new Option<bool>("--origin") { Description = "Say in which file and line each value stands." };
        var json = new Option<bool>("--json") { Description = "Print it as JSON." };
        var command = new Command("show", "Print the configuration with all its files joined; placeholders stay as they are.") { config, origin, json };
        command.SetAction(parsed => Show(parsed.GetValue(config), parsed.GetValue(origin), parsed.GetValue(json)));
        return command;
    }

    private static int Show(string? named, bool hasOrigin, bool isJson)
    {
        if (ConfigPath.Find(named) is not { } path)
        {
            return ExitCode.CouldNotStart;
        }

        // A bad one is shown, too, as far as it could be read: that is when one wants to see it.
        ConfigResult result = ConfigLoader.Load(path);
        Terminal.WriteFindings(result.Diagnostics);
        Console.Out.Write(isJson ? ConfigShow.WriteJson(result, hasOrigin) : ConfigShow.WriteYaml(result, hasOrigin));
        return result.HasErrors ? ExitCode.CouldNotStart : ExitCode.Ok;
    }
}
