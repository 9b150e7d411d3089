using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing;
using Xunit;

namespace Sluice.Proxy.Tests;

public sealed class RouteTableTests
{
    private static readonly RouteTable Table = new(
    [
        Route("any"),
        Route("prefix", path: new PathMatch("/api", IsPrefix: true)),
        Route("longer_prefix", path: new PathMatch("/api/v1", IsPrefix: true)),
        Route("exact_path", path: new PathMatch("/api/v1", IsPrefix: false)),
        Route("wildcard_host", host: new HostMatch("example.com", IsWildcard: true)),
        Route("longer_wildcard", host: new HostMatch("shop.example.com", IsWildcard: true)),
        Route("exact_host", host: new HostMatch("example.com", IsWildcard: false)),
        Route("exact_host_path", host: new HostMatch("example.com", IsWildcard: false), path: new PathMatch("/api", IsPrefix: true)),
    ]);

    [Theory]
    [InlineData("other.org", "/", "any")]
    [InlineData("other.org", "/api", "prefix")]
    [InlineData("other.org", "/api/x", "prefix")]
    [InlineData("other.org", "/apix", "any")]
    [InlineData("other.org", "/api/v1", "exact_path")]
    [InlineData("other.org", "/api/v1/", "longer_prefix")]
    [InlineData("example.com", "/", "exact_host")]
    [InlineData("example.com", "/api/v1", "exact_host_path")]
    [InlineData("a.example.com", "/", "wildcard_host")]
    [InlineData("a.b.example.com", "/", "wildcard_host")]
    [InlineData("a.shop.example.com", "/api", "longer_wildcard")]
    [InlineData("shop.example.com", "/", "wildcard_host")]
    [InlineData("notexample.com", "/", "any")]
    [InlineData(".example.com", "/", "any")]
    [InlineData("", "/", "any")]
    public void Find_MostSpecificRouteWins(string host, string path, string expected) =>
        Assert.Equal(expected, Table.Find(Encoding.ASCII.GetBytes(host), Encoding.ASCII.GetBytes(path))?.Plan.Name);

    [Fact]
    public void Find_NothingMatches_IsNull() =>
        Assert.Null(new RouteTable([Route("a", path: new PathMatch("/a", IsPrefix: false))]).Find("h"u8, "/b"u8));

    [Fact]
    public void Find_EqualRoutes_FirstWrittenWins() =>
        Assert.Equal("first", new RouteTable([Route("first"), Route("second")]).Find("h"u8, "/"u8)?.Plan.Name);

    private static CompiledRoute Route(string name, HostMatch? host = null, PathMatch? path = null) => new(
        new RoutePlan
        {
            Name = name,
            Hosts = host is null ? [] : [host],
            Paths = path is null ? [] : [path],
            Action = new RespondAction(200, [], []),
        },
        new ProxyLimits(),
        new RouteState(workers: 1),
        upstream: null);
}
