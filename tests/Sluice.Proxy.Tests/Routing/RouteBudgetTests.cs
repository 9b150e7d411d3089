using System.Text.Json;
using Sluice.Bench.Micro.Routing;
using Sluice.Proxy.Routing;
using Sluice.TestKit.Measuring;
using Xunit;

namespace Sluice.Proxy.Tests.Routing;

/// <summary>What finding a route may allocate: the number of bench/budgets.json, over 10,000 routes and every kind of match.</summary>
public sealed class RouteBudgetTests
{
    private const int RouteCount = 10_000;

    // The benchmark measures a few milliseconds for what must take at most 1 s; this is for what grows with the square of the routes.
    private static readonly TimeSpan BuildTimeMax = TimeSpan.FromSeconds(5);

    [Fact]
    public void Find_TenThousandRoutes_StaysWithinItsBudget()
    {
        RouteTable? built = null;
        Assert.InRange(Durations.BestOf(() => built = RoutingWorkload.BuildTable(RouteCount), BuildTimeMax), TimeSpan.Zero, BuildTimeMax);
        RouteTable table = built!;
        RoutingWorkload.Request[] requests = RoutingWorkload.Requests(RouteCount);

        using JsonDocument budgets = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "budgets.json")));
        double bytesMax = budgets.RootElement.GetProperty("route_find").GetProperty("allocated_bytes_per_request").GetDouble();

        // The automata of the regular expressions and the memory of the thread grow until they know the texts.
        double bytes = Allocations.PerRound(50, _ => Run(table, requests), bytesMax * requests.Length) / requests.Length;
        Assert.True(bytes <= bytesMax, $"{bytes:f2} bytes allocated per search, budget {bytesMax}");
    }

    private static void Run(RouteTable table, RoutingWorkload.Request[] requests)
    {
        foreach (RoutingWorkload.Request request in requests)
        {
            CompiledRoute? route = table.Find(request.Input);
            Assert.True(route?.Plan.Name == request.Expected, request.Expected);
        }
    }
}
