using Sluice.Config.Diagnostics;

namespace Sluice.Config.Tests;

public sealed class NearestWordTests
{
    private static readonly string[] Words = ["timeout", "match", "proxy", "max_connections", "queue"];

    [Theory]
    [InlineData("timout", "timeout")]
    [InlineData("tiemout", "timeout")]
    [InlineData("timeouts", "timeout")]
    [InlineData("TIMEOUT", "timeout")]
    [InlineData("max-connections", "max_connections")]
    [InlineData("maxConnections", "max_connections")]
    [InlineData("mtach", "match")]
    [InlineData("proxi", "proxy")]
    public void Find_Slip_GivesTheWord(string slip, string word) => Assert.Equal(word, NearestWord.Find(slip, Words));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("files")]
    [InlineData("certificates")]
    public void Find_OtherWord_GivesNothing(string word) => Assert.Null(NearestWord.Find(word, Words));

    [Fact]
    public void Find_SwappedNeighbours_CountAsOne() => Assert.Equal("ab", NearestWord.Find("ba", ["ab"]));

    [Fact]
    public void Find_HugeWord_GivesNothing() => Assert.Null(NearestWord.Find(new string('a', 1_000_000), [new string('a', 1_000_001)]));
}
