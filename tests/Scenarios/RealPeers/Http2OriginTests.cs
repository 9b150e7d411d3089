using System.Net;
using System.Security.Cryptography;

namespace Sluice.Scenarios.RealPeers;

/// <summary>nghttpd behind: an origin that speaks nothing but HTTP/2, over TLS and in clear text, and what clients of either version see of it.</summary>
public sealed class Http2OriginTests(NghttpdOrigin nghttpd) : IClassFixture<NghttpdOrigin>
{
    /// <summary>What clients speak, and what the origin does.</summary>
    public static TheoryData<Dialect, Dialect> Dialects { get; } = new()
    {
        { Dialect.Http1, Dialect.Http2 },
        { Dialect.Http1, Dialect.Http2OverTls },
        { Dialect.Http2, Dialect.Http2 },
        { Dialect.Http2OverTls, Dialect.Http2 },
        { Dialect.Http2OverTls, Dialect.Http2OverTls },
    };

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Get_IsAnsweredWithContentAndTrailers(Dialect front, Dialect origin)
    {
        await using PeerStage stage = Start(front, origin);
        using HttpClient client = stage.NewClient();
        client.DefaultRequestHeaders.TE.Add(new("trailers"));

        using HttpResponseMessage response = await client.GetAsync(new Uri("/hello", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, "hello from nghttpd\n"), (response.StatusCode, await response.Content.ReadAsStringAsync()));

        // nghttpd says how long the content is, and HTTP/1.1 has no trailers then (RFC 9112, section 7.1).
        string[] trailers = [.. response.TrailingHeaders.Select(trailer => $"{trailer.Key}: {string.Join(',', trailer.Value)}")];
        Assert.Equal(front == Dialect.Http1 ? [] : ["x-trailer: from nghttpd"], trailers);
        Assert.Equal(stage.Version, response.Version);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Get_AFileOf8MB_ArrivesUnchanged(Dialect front, Dialect origin)
    {
        await using PeerStage stage = Start(front, origin);
        using HttpClient client = stage.NewClient();

        await using Stream content = await client.GetStreamAsync(new Uri("/large.bin", UriKind.Relative));

        Assert.Equal(await DigestAsync(nghttpd.LargeFile), Convert.ToHexString(await SHA256.HashDataAsync(content)));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Post_Of1MB_ComesBackUnchanged(Dialect front, Dialect origin)
    {
        await using PeerStage stage = Start(front, origin);
        using HttpClient client = stage.NewClient();
        byte[] content = new byte[1 << 20];
        new Random(2).NextBytes(content);
        using var sent = new ByteArrayContent(content);

        using HttpResponseMessage response = await client.PostAsync(new Uri("/echo", UriKind.Relative), sent);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Get_WhatIsMissing_IsTheOriginsOwn404(Dialect front, Dialect origin)
    {
        await using PeerStage stage = Start(front, origin);
        using HttpClient client = stage.NewClient();

        using HttpResponseMessage response = await client.GetAsync(new Uri("/missing", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("nghttpd", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Dialect.Http2, Dialect.Http2)]
    [InlineData(Dialect.Http2OverTls, Dialect.Http2OverTls)]
    public async Task H2Load_With10000Requests_SeesNoneFail(Dialect front, Dialect origin)
    {
        await using PeerStage stage = Start(front, origin);

        await LoadAsync(stage, requests: 10_000);
    }

    [Fact]
    public async Task Origin_ThatTakesTwoAtATime_GetsMoreConnections()
    {
        await using PeerStage stage = PeerStage.Start(nghttpd.Authority, Dialect.Http2, Dialect.Http2, nghttpd.NarrowPlan);

        await LoadAsync(stage, requests: 2_000);
    }

    [Fact]
    public async Task Wrk_InHttp1_SeesNoErrors()
    {
        await using PeerStage stage = Start(Dialect.Http1, Dialect.Http2);

        // A response that takes longer than 2 s is an error by default, and so is any at a machine that stands still for as long.
        ToolResult result = await Tool.RunAsync("wrk", "-t1", "-c32", "-d2s", "--timeout", "20s", stage.Url("/hello").AbsoluteUri);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.DoesNotContain("Socket errors", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", result.Output, StringComparison.Ordinal);
        Assert.Contains("requests in", result.Output, StringComparison.Ordinal);
    }

    private static async Task LoadAsync(PeerStage stage, int requests)
    {
        ToolResult result = await Tool.RunAsync("h2load", "-n", $"{requests}", "-c", "10", "-m", "20", stage.Url("/hello").AbsoluteUri);

        Assert.Contains($"{requests} succeeded, 0 failed, 0 errored, 0 timeout", result.Output, StringComparison.Ordinal);
        Assert.Contains($"status codes: {requests} 2xx, 0 3xx, 0 4xx, 0 5xx", result.Output, StringComparison.Ordinal);
    }

    private static async Task<string> DigestAsync(string path)
    {
        await using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file));
    }

    private PeerStage Start(Dialect front, Dialect origin) =>
        PeerStage.Start(nghttpd.Authority, front, origin, origin == Dialect.Http2 ? nghttpd.Plan : nghttpd.TlsPlan);
}
