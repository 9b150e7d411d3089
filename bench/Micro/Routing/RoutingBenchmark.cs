using System.Diagnostics;
using System.Globalization;
using Sluice.Proxy.Routing;

namespace Sluice.Bench.Micro.Routing;

/// <summary>What it costs to build a table of routes, and to find one.</summary>
internal static class RoutingBenchmark
{
    private const int RouteCount = 10_000;
    private const int BuildCount = 5;

    internal static void Run()
    {
        RouteTable? table = null;
        for (int round = 0; round < BuildCount; round++)
        {
            long start = Stopwatch.GetTimestamp();
            table = RoutingWorkload.BuildTable(RouteCount);
            double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"build a table of {RouteCount} routes: {milliseconds:F0} ms"));
        }

        foreach (RoutingWorkload.Request request in RoutingWorkload.Requests(RouteCount))
        {
            Measurement.Print("find: " + request.Kind, () => table!.Find(request.Input)?.Plan.Name == request.Expected);
        }
    }
}
