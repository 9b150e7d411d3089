using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sluice.Proxy.Plans;
using Sluice.Scenarios.RealPeers;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Grpc;

/// <summary>gRPC-Web, as scripts in browsers speak it, to servers that know nothing of it: the proxy is the bridge.</summary>
public sealed class GrpcWebTests(GrpcPeer peer) : IClassFixture<GrpcPeer>
{
    private const string Binary = "application/grpc-web+proto";
    private const string InText = "application/grpc-web-text+proto";

    private readonly CancellationToken _deadline = new CancellationTokenSource(Patience.PerTest).Token;

    /// <summary>What clients speak, and the type of their content.</summary>
    public static TheoryData<Dialect, string> Kinds { get; } = new()
    {
        { Dialect.Http1, Binary },
        { Dialect.Http1, InText },
        { Dialect.Http2OverTls, Binary },
        { Dialect.Http2OverTls, InText },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Unary_CarriesMetadataAndTrailers(Dialect dialect, string type)
    {
        await using PeerStage stage = StartBeforePeer(dialect);
        using HttpClient client = stage.NewClient();
        using HttpRequestMessage request = NewRequest(stage, "/sluice.test.Echo/Unary", type, "ping");
        request.Headers.Add("x-test-text", "hello");

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _deadline);
        Stream content = await ContentOfAsync(response, type);

        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal("hello", Assert.Single(response.Headers.GetValues("x-test-text")));
        await ExpectMessageAsync(content, "ping");
        string[] trailers = await ReadTrailersAsync(content);
        Assert.Contains("grpc-status: 0", trailers);
        Assert.Contains("x-trailer-text: last words", trailers);
        Assert.Contains("x-trailer-bin: AP8B", trailers.Select(line => line.TrimEnd('=')));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ServerStreaming_ArrivesWhole(Dialect dialect, string type)
    {
        await using PeerStage stage = StartBeforePeer(dialect);
        using HttpClient client = stage.NewClient();
        using HttpRequestMessage request = NewRequest(stage, "/sluice.test.Echo/Repeat", type, "3");

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _deadline);
        Stream content = await ContentOfAsync(response, type);

        for (int i = 0; i < 3; i++)
        {
            await ExpectMessageAsync(content, $"message {i}");
        }

        Assert.Contains("grpc-status: 0", await ReadTrailersAsync(content));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Failure_KeepsItsStatusAndText(Dialect dialect, string type)
    {
        await using PeerStage stage = StartBeforePeer(dialect);
        using HttpClient client = stage.NewClient();
        using HttpRequestMessage request = NewRequest(stage, "/sluice.test.Echo/Fail", type, "");

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _deadline);

        Dictionary<string, string> status = await StatusOfAsync(response, type);
        Assert.Equal(("9", "not before 100 % of ünïcode"), (status["grpc-status"], Uri.UnescapeDataString(status["grpc-message"])));
        Assert.Equal("CAkSBWxhdGVy", status["grpc-status-details-bin"].TrimEnd('='));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Server_ThatIsDown_IsUnavailable(Dialect dialect, string type)
    {
        using var dead = new DeadServer();
        await using PeerStage stage = Start(dialect, dead.Plan);
        using HttpClient client = stage.NewClient();
        using HttpRequestMessage request = NewRequest(stage, "/sluice.test.Echo/Unary", type, "");

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _deadline);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("14", (await StatusOfAsync(response, type))["grpc-status"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Messages_ArriveOneByOne_AndTheServerSeesPlainGrpc(Dialect dialect, string type)
    {
        // The server sends each message only after the client has seen the one before.
        var seen = Channel.CreateUnbounded<int>();
        string asked = "";
        await using KestrelOrigin kestrel = await KestrelOrigin.StartAsync(Dialect.Http2, peer.Authority, application => application.MapPost("/a.B/C", async context =>
        {
            (byte, string)? message = await GrpcMessages.ReadAsync(context.Request.Body, context.RequestAborted);
            asked = $"{context.Request.ContentType} {context.Request.Headers.TE} {message}";
            context.Response.ContentType = "application/grpc+proto";
            for (int i = 0; i < 10; i++)
            {
                await context.Response.Body.WriteAsync(GrpcMessages.Frame($"{i}{new string('.', i)}"), context.RequestAborted);
                await seen.Reader.ReadAsync(context.RequestAborted);
            }

            context.Response.AppendTrailer("grpc-status", "0");
        }));
        await using PeerStage stage = Start(dialect, kestrel.Plan);
        using HttpClient client = stage.NewClient();
        using HttpRequestMessage request = NewRequest(stage, "/a.B/C", type, "go");

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _deadline);
        Stream content = await ContentOfAsync(response, type);

        for (int i = 0; i < 10; i++)
        {
            await ExpectMessageAsync(content, $"{i}{new string('.', i)}");
            await seen.Writer.WriteAsync(i, _deadline);
        }

        Assert.Equal(["grpc-status: 0"], await ReadTrailersAsync(content));
        Assert.Equal("application/grpc+proto trailers (0, go)", asked);
    }

    private static HttpRequestMessage NewRequest(PeerStage stage, string path, string type, string message)
    {
        byte[] frame = GrpcMessages.Frame(message);
        byte[] content = type == InText ? Encoding.ASCII.GetBytes(Convert.ToBase64String(frame)) : frame;
        HttpRequestMessage request = GrpcMessages.NewRequest(stage.Version, stage.Url(path), type, content);

        // No browser sends it.
        request.Headers.TE.Clear();
        request.Headers.Add("x-grpc-web", "1");
        return request;
    }

    private async Task ExpectMessageAsync(Stream content, string text) =>
        Assert.Equal($"0 {text}", await GrpcMessages.ReadAsync(content, _deadline) is var (flag, message) ? $"{flag} {message}" : "the end");

    private async Task<Stream> ContentOfAsync(HttpResponseMessage response, string type)
    {
        Stream content = await response.Content.ReadAsStreamAsync(_deadline);
        return type == InText ? new Base64Stream(content) : content;
    }

    // The last message of gRPC-Web: lines as in a head, with small letters.
    private async Task<string[]> ReadTrailersAsync(Stream content)
    {
        (byte flag, string text) = (await GrpcMessages.ReadAsync(content, _deadline))!.Value;
        Assert.Equal(GrpcMessages.TrailersFlag, flag);
        Assert.Null(await GrpcMessages.ReadAsync(content, _deadline));

        // A blank behind the colon is as good as none.
        return [.. text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 2)).Select(pair => $"{pair[0]}: {pair[1].Trim()}")];
    }

    // Without messages the status may stand in the head instead.
    private async Task<Dictionary<string, string>> StatusOfAsync(HttpResponseMessage response, string type)
    {
        string[] lines = response.Headers.Contains("grpc-status")
            ? [.. response.Headers.Select(header => $"{header.Key}: {header.Value.First()}")]
            : await ReadTrailersAsync(await ContentOfAsync(response, type));
        return lines.Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    private PeerStage StartBeforePeer(Dialect dialect) => Start(dialect, peer.Plans[Dialect.Http2]);

    private PeerStage Start(Dialect dialect, ServerPlan server) =>
        PeerStage.Start(peer.Authority, dialect, Dialect.Http2, setup => setup with { Route = route => route with { GrpcWeb = true } }, server);
}
