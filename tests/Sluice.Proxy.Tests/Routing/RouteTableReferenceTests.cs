using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing;
using Xunit;

namespace Sluice.Proxy.Tests.Routing;

/// <summary>The index finds what the plain reading of the documented order finds, for tables and requests made at random from small alphabets.</summary>
public sealed class RouteTableReferenceTests
{
    private const int TableCount = 1_500;
    private const int RequestCount = 40;

    private static readonly string[] Hosts =
        ["a.test", "b.a.test", "c.b.a.test", "*.a.test", "*.b.a.test", "*.test", "~[ab]\\..*", "~.*\\.test", "b.test", "~c\\.b\\.a\\.test"];

    private static readonly string[] Paths =
    [
        "/", "/*", "/a", "/a/", "/a/*", "/a/b", "/a/b/*", "/a/b/c/*", "/b/*", "//a/*", "/*/b", "/a/*/c", "/**/c", "/a/**/c", "/*/*", "/a*", "/a/b*",
        "/*/b/*", "/a/**/b/*", "~/a.*", "~/a/b", "~/[^/]*/b(/.*)?", "~.*",
    ];

    private static readonly string[] Segments = ["a", "b", "c", "ab", ""];
    private static readonly string[] Methods = ["GET", "POST", "PUT"];
    private static readonly string?[] Headers = ["1", "2", null];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Find_RandomTables_AgreesWithTheReference(int seed)
    {
        var random = new Random(seed);
        int found = 0;
        for (int table = 0; table < TableCount / 4; table++)
        {
            RoutePlan[] plans = [.. Enumerable.Range(0, random.Next(1, 25)).Select(number => RandomRoute(random, number))];
            RouteTable index = TestRoutes.Table(plans);
            var reference = new ReferenceRouter(plans);
            for (int request = 0; request < RequestCount; request++)
            {
                found += Compare(random, plans, index, reference) ? 1 : 0;
            }
        }

        Assert.InRange(found, TableCount / 4 * RequestCount / 2, TableCount / 4 * RequestCount);
    }

    private static bool Compare(Random random, RoutePlan[] plans, RouteTable index, ReferenceRouter reference)
    {
        string host = Pick(random, ["a.test", "b.a.test", "c.b.a.test", "d.c.b.a.test", "b.test", "other"]);
        string path = string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => "/" + Pick(random, Segments)));
        string method = Pick(random, Methods);
        string? header = Pick(random, Headers);
        int sample = random.Next(RouteInput.SampleCount);

        string? expected = reference.Find(host, path, method, header, sample);
        var request = new RequestSample(host, path, method, header is null ? [] : ["X-A: " + header]) { Sample = sample };
        string? actual = index.Find(request.Input)?.Plan.Name;

        Assert.True(expected == actual, $"{method} {host}{path} X-A: {header} {sample}: expected {expected}, got {actual} of\n{string.Join('\n', plans.Select(plan => plan.ToString()))}");
        return expected is not null;
    }

    private static RoutePlan RandomRoute(Random random, int number) => TestRoutes.Plan($"r{number}") with
    {
        Hosts = [.. Some(random, Hosts).Select(TestRoutes.Host)],
        Paths = [.. Some(random, Paths).Select(TestRoutes.Path)],
        Condition = random.Next(2) == 0 ? null : RandomCondition(random, depth: 0),
        Priority = random.Next(8) == 0 ? random.Next(-1, 2) : 0,
    };

    private static string[] Some(Random random, string[] values) =>
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => Pick(random, values)).Distinct()];

    private static MatchCondition RandomCondition(Random random, int depth) => random.Next(depth > 2 ? 3 : 6) switch
    {
        0 => new MethodCondition([Pick(random, Methods), Pick(random, Methods)]),
        1 => new HeaderCondition("x-a", new ValueTest(ValueTestKind.Exact, [Pick(random, Headers) ?? "3"], IsNegated: random.Next(2) == 0)),
        2 => new PercentageCondition(random.Next(RouteInput.SampleCount + 1)),
        3 => new AllCondition([RandomCondition(random, depth + 1), RandomCondition(random, depth + 1)]),
        4 => new AnyCondition([RandomCondition(random, depth + 1), RandomCondition(random, depth + 1)]),
        _ => new NotCondition(RandomCondition(random, depth + 1)),
    };

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
