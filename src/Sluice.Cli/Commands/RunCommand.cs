using System.CommandLine;
using Sluice.Admin.Reloading;
using Sluice.Cli.Hosting;
using Sluice.Cli.Output;
using Sluice.Config;
using Sluice.Proxy.Plans;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice run</c>: serves what a configuration file says.</summary>
internal static class RunCommand
{
    internal const string Usage = "sluice run [-c FILE] [--watch] [--workers N] [--access-log stdout|off]";

    internal static Command Create()
    {
        Option<string?> file = ConfigPath.Option();
        Option<string?> workers = SharedOptions.Workers();
        Option<string?> accessLog = SharedOptions.AccessLog();
        var watch = new Option<bool>("--watch") { Description = "Reload when a file of the configuration changes." };
        var command = new Command("run", "Serve what a configuration file says, in the foreground.") { file, watch, workers, accessLog };
        command.SetAction(parsed => Run(parsed.GetValue(file), new LaunchOverrides
        {
            Watch = parsed.GetValue(watch) ? true : null,
            Workers = SharedOptions.WorkerCountOf(parsed.GetValue(workers)),
            AccessLog = SharedOptions.IsAccessLogOn(parsed.GetValue(accessLog)),
        }));
        return command;
    }

    private static int Run(string? named, LaunchOverrides overrides)
    {
        if (ConfigPath.Find(named) is not { } path)
        {
            return ExitCode.CouldNotStart;
        }

        // The first load is told of by the name that the operator wrote; reloads have only the full path.
        ConfigSource source = ConfigSource.File(path);
        return Serve(source, source.LoadFirst(), overrides);
    }

    /// <summary>Serves a configuration, with what the command line overrides.</summary>
    internal static int Serve(ConfigSource source, ConfigResult result, LaunchOverrides overrides)
    {
        Terminal.WriteFindings(result.Diagnostics);
        if (result.HasErrors)
        {
            return ExitCode.CouldNotStart;
        }

        ProxyPlan plan = overrides.PlanOf(result);
        return Foreground.Run(
            plan,
            overrides.WorkersOf(result),
            server => ControlPlane.Attach(server, source, result, overrides),
            (server, control) => Banner.Write(source.Description, plan, server.EndPoints, control?.SocketPath));
    }
}
