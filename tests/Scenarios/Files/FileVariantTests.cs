using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Files;

/// <summary>Files that lie there compressed as well.</summary>
public sealed class FileVariantTests : IAsyncDisposable
{
    private readonly FileStage _stage = new() { Plan = plan => plan with { Precompressed = [.. SideFile.All] } };

    public FileVariantTests()
    {
        _stage.Write("a.js", "plain");
        _stage.Write("a.js.br", "brotli");
        _stage.Write("a.js.gz", "gzip");
        _stage.Write("b.js", "alone");
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    // RFC 9110, section 12.5.3.
    [Theory]
    [InlineData(null, "plain", null)]
    [InlineData("", "plain", null)]
    [InlineData("identity", "plain", null)]
    [InlineData("gzip", "gzip", "gzip")]
    [InlineData("gzip, deflate, br, zstd", "brotli", "br")]
    [InlineData("gzip, br;q=0.5", "gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.1", "gzip", "gzip")]
    [InlineData("GZIP", "gzip", "gzip")]
    [InlineData("*", "brotli", "br")]
    [InlineData("br;q=0, *", "gzip", "gzip")]
    [InlineData("zstd", "plain", null)]
    [InlineData("gzip;q=0", "plain", null)]
    [InlineData("identity;q=1, gzip;q=0.5", "plain", null)]
    [InlineData("identity;q=0", "plain", null)]
    [InlineData("gzip;q=x", "plain", null)]
    public async Task Variant_IsWhatTheClientWantsMost(string? accepted, string expected, string? coding)
    {
        HttpResponse response = await _stage.GetAsync("/a.js", accepted is null ? [] : ["Accept-Encoding: " + accepted]);

        Assert.Equal((200, expected, coding), (response.Status, response.Text, response["Content-Encoding"]));
        Assert.Equal(("Accept-Encoding", "text/javascript; charset=utf-8"), (response["Vary"], response["Content-Type"]));
    }

    [Fact]
    public async Task Variants_HaveTagsOfTheirOwn()
    {
        HttpResponse plain = await _stage.GetAsync("/a.js");
        HttpResponse gzip = await _stage.GetAsync("/a.js", "Accept-Encoding: gzip");

        Assert.NotEqual(plain["ETag"], gzip["ETag"]);
        HttpResponse again = await _stage.GetAsync("/a.js", "Accept-Encoding: gzip", "If-None-Match: " + gzip["ETag"]);
        Assert.Equal((304, "Accept-Encoding"), (again.Status, again["Vary"]));
        Assert.Equal(200, (await _stage.GetAsync("/a.js", "If-None-Match: " + gzip["ETag"])).Status);
        Assert.Equal("zi", (await _stage.GetAsync("/a.js", "Accept-Encoding: gzip", "Range: bytes=1-2")).Text);
    }

    [Fact]
    public async Task FileWithoutVariants_DoesNotVary()
    {
        HttpResponse response = await _stage.GetAsync("/b.js", "Accept-Encoding: gzip");

        Assert.Equal(("alone", null), (response.Text, response["Vary"]));
    }

    [Fact]
    public async Task VariantWithoutItsFile_IsNotServedInItsPlace()
    {
        _stage.Write("c.js.gz", "gzip");

        Assert.Equal(404, (await _stage.GetAsync("/c.js", "Accept-Encoding: gzip")).Status);
    }
}
