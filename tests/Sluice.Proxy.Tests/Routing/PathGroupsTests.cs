using System.Text;
using Sluice.Proxy.Routing;
using Xunit;

namespace Sluice.Proxy.Tests.Routing;

public sealed class PathGroupsTests
{
    [Fact]
    public void Groups_OfTheWinningPath_AreSlicesOfIt()
    {
        var request = new RequestSample("h", "/users/%34%32/posts/x");
        RouteTable table = TestRoutes.Table(TestRoutes.Plan("it", path: "~/users/(?<id>[0-9]+)(/posts/(?<post>\\w+))?(?<none>q)?"));
        var groups = new PathGroups(request.Head);

        groups.Set(table.FindEntry(request.Input)!.PathRegex);

        Assert.Equal(("42", "x", "/posts/x"), (Get(groups, "id"), Get(groups, "post"), Get(groups, "1")));
        Assert.Equal("/users/42/posts/x", Get(groups, "0"));
        Assert.Null(Get(groups, "none"));
        Assert.Null(Get(groups, "other"));
    }

    [Fact]
    public void Groups_OfAnotherKindOfPath_AreNone()
    {
        var request = new RequestSample("h", "/users/42");
        var groups = new PathGroups(request.Head);

        groups.Set(TestRoutes.Table(TestRoutes.Plan("it", path: "/users/*")).FindEntry(request.Input)!.PathRegex);

        Assert.Null(Get(groups, "0"));
    }

    private static string? Get(PathGroups groups, string name) =>
        groups.TryGet(name, out ReadOnlySpan<byte> value) ? Encoding.ASCII.GetString(value) : null;
}
