using System.CommandLine;
using Sluice.Admin.Api;
using Sluice.Cli.Control;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice reload</c>: has a running instance load its configuration again.</summary>
internal static class ReloadCommand
{
    internal const string Usage = "sluice reload [--socket PATH] [--json]";

    internal static Command Create() =>
        ControlCommand.Create("reload", "Have a running instance load its configuration again; a bad one changes nothing.", Reload);

    private static int Reload(ControlClient client, bool isJson)
    {
        bool isColored = Terminal.IsErrorColored && !isJson;
        ReloadReport report = client.Post(isColored ? "/v1/reload?color=true" : "/v1/reload", ApiJson.Default.ReloadReport);
        if (isJson)
        {
            JsonOutput.Write(report, ApiJson.Default.ReloadReport);
        }
        else
        {
            Print(report);
        }

        return report.IsReloaded ? ExitCode.Ok : ExitCode.Rejected;
    }

    private static void Print(ReloadReport report)
    {
        Console.Error.Write(report.DiagnosticsText);
        foreach (string hint in report.RestartHints)
        {
            Terminal.Complain($"warning: {hint}");
        }

        if (report.IsReloaded)
        {
            Console.Out.WriteLine($"reloaded: {report.Summary}");
            return;
        }

        // Findings have said already what is wrong.
        Terminal.Complain(report.DiagnosticsText.Length > 0
            ? "not reloaded; the running configuration is as it was"
            : $"not reloaded; the running configuration is as it was: {report.Summary}");
    }
}
