using System.CommandLine;
using System.Globalization;
using Sluice.Admin.Api;
using Sluice.Cli.Control;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice cache</c>: what the cache of a running instance holds, and how requests fared.</summary>
internal static class CacheCommand
{
    internal const string Usage = "sluice cache [purge URL|OPTIONS] [--socket PATH] [--json]";

    private const double Unit = 1024;

    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    internal static Command Create()
    {
        Command command = ControlCommand.Create("cache", "Show what the cache of a running instance holds, and how requests fared.", Show);
        command.Subcommands.Add(CachePurgeCommand.Create());
        return command;
    }

    private static int Show(ControlClient client, bool isJson)
    {
        CacheStatus status = client.Get("/v1/cache", ApiJson.Default.CacheStatus);
        if (isJson)
        {
            JsonOutput.Write(status, ApiJson.Default.CacheStatus);
            return ExitCode.Ok;
        }

        string routes = status.Routes.Count == 0 ? "no route has a cache" : $"cache of {PlanSummary.Count(status.Routes.Count, "route")}";
        Console.Out.WriteLine(Terminal.Strong(routes));
        Console.Out.WriteLine($"  memory       {TextOf(status.Memory)}");
        Console.Out.WriteLine($"  disk         {(status.Disk is { } disk ? TextOf(disk) : "none")}");
        Console.Out.WriteLine($"  on their way {PlanSummary.Count(status.Fetches, "request")} to servers");
        Console.Out.WriteLine($"  made room    {PlanSummary.Count(status.Evicted, "object")}; {status.Refused} not stored");
        if (status.DiskFaults > 0)
        {
            Console.Out.WriteLine($"  disk faults  {status.DiskFaults}: see the log");
        }

        string ratio = status.HitRatio is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known * 100:0.0} %") : "no request yet";
        Console.Out.WriteLine($"  hit ratio    {ratio}");
        Console.Out.WriteLine($"  requests     {string.Join(", ", status.Requests.Select(entry => $"{entry.Key} {entry.Value}"))}");
        return ExitCode.Ok;
    }

    private static string TextOf(CacheTierStatus tier) =>
        $"{PlanSummary.Count(tier.Objects, "object")}, {SizeOf(tier.Bytes)} of {SizeOf(tier.BytesMax)}";

    private static string SizeOf(long bytes)
    {
        double size = bytes;
        int unit = 0;
        while (size >= Unit && unit < Units.Length - 1)
        {
            size /= Unit;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {Units[unit]}");
    }
}
