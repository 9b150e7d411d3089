using System.Text;
using System.Text.RegularExpressions;
using Sluice.Proxy.Routing.Patterns;
using Sluice.TestKit.Measuring;
using Xunit;

namespace Sluice.Proxy.Tests.Routing;

public sealed class TextPatternTests
{
    // Milliseconds, where one that goes back and forth would take years.
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("a|ab", "ab", true)]
    [InlineData("a", "ab", false)]
    [InlineData("a", "ba", false)]
    [InlineData("^a$", "a", true)]
    [InlineData("a", "a\n", false)]
    [InlineData("a#b", "a#b", true)]
    [InlineData("é.", "éü", true)]
    public void IsMatch_WholeTextAlone(string pattern, string text, bool expected) =>
        Assert.Equal(expected, new TextPattern(pattern).IsMatch(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void IsMatch_BytesThatAreNoText_AreReplaced() => Assert.True(new TextPattern("a\uFFFDb").IsMatch([(byte)'a', 0xFF, (byte)'b']));

    [Fact]
    public void Pattern_ThatWouldCloseTheGroupAroundIt_IsRefused() => Assert.Throws<RegexParseException>(() => new TextPattern("a)|(b"));

    [Fact]
    public void IsMatch_TextMadeForBacktracking_IsQuick()
    {
        var pattern = new TextPattern("(a+)+b");
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 10_000));

        TimeSpan time = Durations.BestOf(() => Assert.False(pattern.IsMatch(text)), TimeMax);
        Assert.InRange(time, TimeSpan.Zero, TimeMax);
    }

    [Fact]
    public void IsMatch_SeveralThreadsAtOnce_AllAreRight()
    {
        var pattern = new TextPattern("/users/[0-9]+");
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, number =>
        {
            Assert.True(pattern.IsMatch(Encoding.ASCII.GetBytes($"/users/{number}")));
            Assert.False(pattern.IsMatch(Encoding.ASCII.GetBytes($"/users/{number}x")));
        });
    }
}
