using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing;
using Xunit;

namespace Sluice.Proxy.Tests.Routing;

public sealed class RouteTableTests
{
    private static readonly RouteTable Table = TestRoutes.Table(
        TestRoutes.Plan("any"),
        TestRoutes.Plan("prefix", path: "/api/*"),
        TestRoutes.Plan("longer_prefix", path: "/api/v1/*"),
        TestRoutes.Plan("exact_path", path: "/api/v1"),
        TestRoutes.Plan("glob", path: "/api/*/users"),
        TestRoutes.Plan("deep_glob", path: "/**/report.pdf"),
        TestRoutes.Plan("regex_path", path: "~/api/v[0-9]+/x"),
        TestRoutes.Plan("wildcard_host", host: "*.example.com"),
        TestRoutes.Plan("longer_wildcard", host: "*.shop.example.com"),
        TestRoutes.Plan("exact_host", host: "example.com"),
        TestRoutes.Plan("exact_host_path", host: "example.com", path: "/api/*"),
        TestRoutes.Plan("regex_host", host: "~shop-[0-9]+\\.test"),
        TestRoutes.Plan("regex_host_path", host: "~shop-[0-9]+\\.test", path: "/api/*"),
        TestRoutes.Plan("urgent", path: "/urgent/*", priority: 1));

    [Theory]
    [InlineData("other.org", "/", "any")]
    [InlineData("other.org", "/api", "prefix")]
    [InlineData("other.org", "/api/x", "prefix")]
    [InlineData("other.org", "/apix", "any")]
    [InlineData("other.org", "/api/v1", "exact_path")]
    [InlineData("other.org", "/api/v1/", "longer_prefix")]
    [InlineData("other.org", "/api/v2/users", "glob")]
    [InlineData("other.org", "/api/v1/users", "glob")]
    [InlineData("other.org", "/a/b/report.pdf", "deep_glob")]
    [InlineData("other.org", "/report.pdf", "deep_glob")]
    [InlineData("other.org", "/api/v12/x", "regex_path")]
    [InlineData("other.org", "/api/v12/x/y", "prefix")]
    [InlineData("example.com", "/", "exact_host")]
    [InlineData("example.com", "/api/v1", "exact_host_path")]
    [InlineData("a.example.com", "/", "wildcard_host")]
    [InlineData("a.b.example.com", "/", "wildcard_host")]
    [InlineData("a.shop.example.com", "/api", "longer_wildcard")]
    [InlineData("shop.example.com", "/", "wildcard_host")]
    [InlineData("notexample.com", "/", "any")]
    [InlineData("shop-12.test", "/", "regex_host")]
    [InlineData("shop-12.test", "/api/x", "regex_host_path")]
    [InlineData("shop-x.test", "/", "any")]
    [InlineData("a.shop-1.test", "/", "any")]
    [InlineData("example.com", "/urgent/x", "urgent")]
    [InlineData("EXAMPLE.com:8080", "/%61pi/../api", "exact_host_path")]
    public void Find_MostSpecificRouteWins(string host, string path, string expected) =>
        Assert.Equal(expected, Table.Find(new RequestSample(host, path).Input)?.Plan.Name);

    [Fact]
    public void Find_NothingMatches_IsNull() =>
        Assert.Null(TestRoutes.Table(TestRoutes.Plan("a", path: "/a")).Find(new RequestSample("h", "/b").Input));

    [Fact]
    public void Find_EqualRoutes_FirstWrittenWins() =>
        Assert.Equal("first", TestRoutes.Table(TestRoutes.Plan("first"), TestRoutes.Plan("second")).Find(new RequestSample("h", "/").Input)?.Plan.Name);

    [Fact]
    public void Find_AsteriskForm_IsTakenByAnyPathAlone()
    {
        RouteTable table = TestRoutes.Table(TestRoutes.Plan("glob", path: "/**"), TestRoutes.Plan("root", path: "/"), TestRoutes.Plan("any", path: "/*"));

        Assert.Equal("any", table.Find(new RequestSample("h", "*", "OPTIONS").Input)?.Plan.Name);
    }

    [Fact]
    public void Find_ConditionsFail_FallsThroughToBroaderPathsAndHosts()
    {
        var post = new MethodCondition(["POST"]);
        RouteTable table = TestRoutes.Table(
            TestRoutes.Plan("exact", host: "a.example.com", path: "/x", condition: post),
            TestRoutes.Plan("prefix", host: "a.example.com", path: "/x/*", condition: new MethodCondition(["PUT"])),
            TestRoutes.Plan("wildcard", host: "*.example.com", condition: new MethodCondition(["PATCH"])),
            TestRoutes.Plan("any", condition: new MethodCondition(["GET"])));

        string? NameFor(string method) => table.Find(new RequestSample("a.example.com", "/x", method).Input)?.Plan.Name;

        Assert.Equal(("exact", "prefix", "wildcard", "any", null), (NameFor("POST"), NameFor("PUT"), NameFor("PATCH"), NameFor("GET"), NameFor("DELETE")));
    }

    [Fact]
    public void Find_MoreConditions_GoFirst()
    {
        var get = new MethodCondition(["GET"]);
        RouteTable table = TestRoutes.Table(
            TestRoutes.Plan("none", path: "/x"),
            TestRoutes.Plan("one", path: "/x", condition: get),
            TestRoutes.Plan("two", path: "/x", condition: new AllCondition([get, new SchemeCondition(IsHttps: false)])));

        Assert.Equal("two", table.Find(new RequestSample("h", "/x").Input)?.Plan.Name);
        Assert.Equal("one", table.Find(new RequestSample("h", "/x") { IsHttps = true }.Input)?.Plan.Name);
        Assert.Equal("none", table.Find(new RequestSample("h", "/x", "PUT").Input)?.Plan.Name);
    }

    [Fact]
    public void Find_PercentagesOfOneRequest_AreDrawnOnce()
    {
        RouteTable table = TestRoutes.Table(
            TestRoutes.Plan("tenth", condition: new PercentageCondition(1_000)),
            TestRoutes.Plan("half", condition: new PercentageCondition(5_000)),
            TestRoutes.Plan("rest"));
        Dictionary<string, int> counts = Enumerable.Range(0, RouteInput.SampleCount)
            .CountBy(sample => table.Find(new RequestSample("h", "/") { Sample = sample }.Input)!.Plan.Name)
            .ToDictionary();

        Assert.True(table.UsesSample);
        Assert.False(Table.UsesSample);
        Assert.Equal((1_000, 4_000, 5_000), (counts["tenth"], counts["half"], counts["rest"]));
    }
}
