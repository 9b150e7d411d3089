using System.CommandLine;
using Sluice.Cli.Hosting;
using Sluice.Cli.Output;
using Sluice.Config;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice run</c>: serves what a configuration file says.</summary>
internal static class RunCommand
{
    internal const string Usage = "sluice run [-c FILE] [--workers N] [--access-log stdout|off]";

    internal static Command Create()
    {
        Option<string?> file = ConfigPath.Option();
        Option<string?> workers = SharedOptions.Workers();
        Option<string?> accessLog = SharedOptions.AccessLog();
        var command = new Command("run", "Serve what a configuration file says, in the foreground.") { file, workers, accessLog };
        command.SetAction(parsed => Run(
            parsed.GetValue(file),
            SharedOptions.WorkerCountOf(parsed.GetValue(workers)),
            SharedOptions.IsAccessLogOn(parsed.GetValue(accessLog))));
        return command;
    }

    private static int Run(string? named, int? workers, bool? accessLog)
    {
        if (ConfigPath.Find(named) is not { } path)
        {
            return ExitCode.CouldNotStart;
        }

        return Serve(ConfigLoader.Load(path), path, workers, accessLog);
    }

    /// <summary>Serves a configuration, with what the command line overrides.</summary>
    internal static int Serve(ConfigResult result, string origin, int? workers, bool? accessLog)
    {
        Terminal.WriteFindings(result.Diagnostics);
        if (result.HasErrors)
        {
            return ExitCode.CouldNotStart;
        }

        var plan = result.Plan! with { AccessLog = accessLog ?? result.Plan!.AccessLog };
        return Foreground.Run(plan, workers ?? result.Config!.Workers, server => Banner.Write(origin, plan, server.EndPoints));
    }
}
