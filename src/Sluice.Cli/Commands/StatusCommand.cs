using System.CommandLine;
using Sluice.Admin.Api;
using Sluice.Cli.Control;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice status</c>: how a running instance is.</summary>
internal static class StatusCommand
{
    internal const string Usage = "sluice status [--socket PATH] [--json]";

    internal static Command Create() => ControlCommand.Create("status", "Show how a running instance is: 5 when none runs.", Show);

    private static int Show(ControlClient client, bool isJson)
    {
        InstanceStatus status = client.Get("/v1/status", ApiJson.Default.InstanceStatus);
        if (isJson)
        {
            JsonOutput.Write(status, ApiJson.Default.InstanceStatus);
        }
        else
        {
            Print(status);
        }

        return ExitCode.Ok;
    }

    private static void Print(InstanceStatus status)
    {
        string watched = status.IsWatching ? " (watched)" : "";
        Console.Out.WriteLine(Terminal.Strong($"sluice {status.Version}, pid {status.Pid}, running for {TextOf(TimeSpan.FromSeconds(status.UptimeSeconds))}"));
        Console.Out.WriteLine($"  config       {status.ConfigFile ?? "none"}{watched}");
        Console.Out.WriteLine($"  listening    {string.Join(", ", status.Listeners.Select(listener => listener.Bound))}");
        Console.Out.WriteLine(
            $"  serving      {PlanSummary.Count(status.Routes, "route")}, {PlanSummary.Count(status.Upstreams, "upstream")} with "
            + PlanSummary.Count(status.Servers, "server"));
        Console.Out.WriteLine($"  workers      {status.Workers}");
        Console.Out.WriteLine($"  connections  {status.Connections}");
        if (status.Overload.Step != "none")
        {
            Console.Out.WriteLine($"  overload     {status.Overload.Step}: {string.Join(", ", status.Overload.Pressures.Select(entry => $"{entry.Key} {entry.Value:p0}"))}");
        }

        Print(status.Reload);
        if (status.Bugs > 0)
        {
            Console.Out.WriteLine($"  bugs         {status.Bugs}: see the log");
        }

        if (status.DroppedLogLines > 0)
        {
            Console.Out.WriteLine($"  access log   {status.DroppedLogLines} lines dropped: its reader is too slow");
        }
    }

    private static void Print(ReloadStatus reload)
    {
        if (reload.LastAt is not { } at)
        {
            Console.Out.WriteLine("  last reload  none");
            return;
        }

        string result = reload.IsLastSuccessful ? "" : "FAILED, ";
        Console.Out.WriteLine($"  last reload  {TextOf(at)} ({reload.LastTrigger}): {result}{reload.LastSummary}");
        if (!reload.IsLastSuccessful)
        {
            Console.Out.WriteLine($"               serving what was loaded {TextOf(reload.LastSuccessAt)}");
        }
    }

    private static string TextOf(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";

    private static string TextOf(TimeSpan time) => time.TotalDays >= 1 ? $"{time.Days}d {time.Hours}h"
        : time.TotalHours >= 1 ? $"{time.Hours}h {time.Minutes}m"
        : time.TotalMinutes >= 1 ? $"{time.Minutes}m {time.Seconds}s"
        : $"{time.Seconds}s";
}
