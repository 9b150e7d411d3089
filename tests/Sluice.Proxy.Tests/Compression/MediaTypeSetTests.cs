using System.Text;
using Sluice.Proxy.Compression;
using Sluice.Proxy.Plans;
using Xunit;

namespace Sluice.Proxy.Tests.Compression;

public sealed class MediaTypeSetTests
{
    [Theory]
    [InlineData("text/html", true)]
    [InlineData("TEXT/HTML; charset=utf-8", true)]
    [InlineData("text/event-stream", true)]
    [InlineData("application/json", true)]
    [InlineData("application/problem+json", true)]
    [InlineData("application/vnd.api+json ; v=1", true)]
    [InlineData("image/svg+xml", true)]
    [InlineData("application/wasm", true)]
    [InlineData("font/woff2", false)]
    [InlineData("image/png", false)]
    [InlineData("application/octet-stream", false)]
    [InlineData("application/zip", false)]
    [InlineData("application/+json", false)]
    [InlineData("text/", false)]
    [InlineData("xtext/html", false)]
    [InlineData("", false)]
    public void UsualTypes_AreText(string type, bool expected) =>
        Assert.Equal(expected, new MediaTypeSet(CompressionPlan.DefaultTypes).Contains(Encoding.ASCII.GetBytes(type)));

    [Fact]
    public void Star_IsEveryType()
    {
        var all = new MediaTypeSet(["*"]);
        Assert.True(all.Contains("a/b"u8));
        Assert.False(all.Contains(""u8));
    }
}
