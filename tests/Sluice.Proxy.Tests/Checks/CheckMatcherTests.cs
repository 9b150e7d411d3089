using System.Text;
using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Plans.Checks;
using Xunit;

namespace Sluice.Proxy.Tests.Checks;

/// <summary>What has to occur is found, in whatever parts it comes.</summary>
public sealed class CheckMatcherTests
{
    [Fact]
    public void Text_AtEverySplitPoint_IsFoundWithThePartThatCompletesIt()
    {
        byte[] said = Encoding.UTF8.GetBytes("all is ready now");
        var matcher = new CheckMatcher(new ExpectedText("ready"));
        int complete = "all is ready".Length;
        for (int split = 0; split < said.Length; split++)
        {
            Assert.Equal(split >= complete, matcher.IsIn(said.AsSpan(0, split)));
            Assert.Equal(split < complete, matcher.IsIn(said, split));
        }
    }

    [Theory]
    [InlineData("\"db\":\\s*\"up\"", true)]
    [InlineData("^\\{", true)]
    [InlineData("up\"\\n\\}$", true)]
    [InlineData("a|db", true)]
    [InlineData("^\"db\"", false)]
    [InlineData("down", false)]
    public void Regex_Anywhere_Matches(string regex, bool expected) =>
        Assert.Equal(expected, new CheckMatcher(new ExpectedText(regex, IsRegex: true)).IsIn("{\n\"db\": \"up\"\n}"u8));
}
