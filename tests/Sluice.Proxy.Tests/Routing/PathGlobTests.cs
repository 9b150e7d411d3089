using System.Text;
using Sluice.Proxy.Routing.Patterns;
using Sluice.TestKit.Measuring;
using Xunit;

namespace Sluice.Proxy.Tests.Routing;

public sealed class PathGlobTests
{
    // Milliseconds, where one that goes back and forth would take years.
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("/*/b", "/a/b", true)]
    [InlineData("/*/b", "//b", true)]
    [InlineData("/*/b", "/b", false)]
    [InlineData("/*/b", "/a/x/b", false)]
    [InlineData("/a/*.png", "/a/.png", true)]
    [InlineData("/a/*.png", "/a/x.png", true)]
    [InlineData("/a/*.png", "/a/x.png.gif", false)]
    [InlineData("/a/*.png", "/a/b/x.png", false)]
    [InlineData("/a*b*c", "/abc", true)]
    [InlineData("/a*b*c", "/axxbxxbc", true)]
    [InlineData("/a*b*c", "/acb", false)]
    [InlineData("/aba*aba", "/aba", false)]
    [InlineData("/aba*aba", "/ababa", false)]
    [InlineData("/aba*aba", "/abaaba", true)]
    [InlineData("/a*bc*cd", "/abcd", false)]
    [InlineData("/a/**", "/a", true)]
    [InlineData("/a/**", "/a/", true)]
    [InlineData("/a/**", "/a/b/c", true)]
    [InlineData("/a/**", "/ab", false)]
    [InlineData("/**", "/", true)]
    [InlineData("/**/c", "/c", true)]
    [InlineData("/**/c", "/a/b/c", true)]
    [InlineData("/**/c", "/a/b/cc", false)]
    [InlineData("/**/c", "/c/", false)]
    [InlineData("/a/**/b/*/c", "/a/b/b/x/c", true)]
    [InlineData("/a/**/b/*/c", "/a/x/b/b/y/c", true)]
    [InlineData("/a/**/b/*/c", "/a/b/c", false)]
    [InlineData("/a/**/**/b", "/a/b", true)]
    [InlineData("/a/**/b/**/c", "/a/1/b/2/b/3/c", true)]
    [InlineData("/a/**/b/**/c", "/a/1/c/2/b", false)]
    [InlineData("/a/*", "*", false)]
    public void Matches_WholePaths(string glob, string path, bool expected) =>
        Assert.Equal(expected, new PathGlob(glob).Matches(Encoding.ASCII.GetBytes(path)));

    [Theory]
    [InlineData("/a/*/b", 5)]
    [InlineData("/a/**/b", 5)]
    [InlineData("/a/*/b/**", 5)]
    [InlineData("/*", 1)]
    public void LiteralLength_CountsWhatIsNoStar(string glob, int expected) => Assert.Equal(expected, PathGlob.LiteralLengthOf(glob));

    [Fact]
    public void Matches_PathMadeToBacktrack_IsQuick()
    {
        var glob = new PathGlob("/**/a*a*a*a*b/**/a*a*a*a*b/**/c");
        byte[] path = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("/aaaaaaaa", 900)));

        TimeSpan time = Durations.BestOf(() => Assert.False(glob.Matches(path)), TimeMax);
        Assert.InRange(time, TimeSpan.Zero, TimeMax);
    }
}
