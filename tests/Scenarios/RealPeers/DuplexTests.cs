using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.RealPeers;

/// <summary>Requests and responses of .NET's own client and server at the same time, on which its gRPC is built: both ways at once, and broken off by either side.</summary>
public sealed class DuplexTests : IDisposable
{
    private readonly CancellationToken _deadline = new CancellationTokenSource(Patience.PerTest).Token;
    private readonly TestAuthority _authority = new();
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What clients speak, and what the origin does.</summary>
    public static TheoryData<Dialect, Dialect> Dialects { get; } = new()
    {
        { Dialect.Http2, Dialect.Http1 },
        { Dialect.Http2OverTls, Dialect.Http1OverTls },
        { Dialect.Http2, Dialect.Http2 },
        { Dialect.Http2OverTls, Dialect.Http2OverTls },
    };

    public void Dispose() => _authority.Dispose();

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Words_BothWaysAtOnce_ArriveOneByOne(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using HttpClient client = stage.NewClient();
        var words = Channel.CreateUnbounded<string>();
        using HttpRequestMessage request = NewRequest(stage, "/talk", words);
        await words.Writer.WriteAsync("hello", _deadline);

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _deadline);
        using var answers = new StreamReader(await response.Content.ReadAsStreamAsync(_deadline));
        Assert.Equal("HELLO", await answers.ReadLineAsync(_deadline));
        foreach (string word in new[] { "one", "two", "three" })
        {
            await words.Writer.WriteAsync(word, _deadline);
            Assert.Equal(word.ToUpperInvariant(), await answers.ReadLineAsync(_deadline));
        }

        words.Writer.Complete();
        Assert.Null(await answers.ReadLineAsync(_deadline));

        // Kestrel has no trailers in HTTP/1.1.
        string[] trailers = [.. response.TrailingHeaders.Select(trailer => $"{trailer.Key}: {string.Join(',', trailer.Value)}")];
        Assert.Equal(origin is Dialect.Http1 or Dialect.Http1OverTls ? [] : ["x-summary: 4 words"], trailers);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Client_ThatBreaksOff_IsMissedByTheOrigin(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using HttpClient client = stage.NewClient();
        var words = Channel.CreateUnbounded<string>();
        using HttpRequestMessage request = NewRequest(stage, "/talk", words);
        await words.Writer.WriteAsync("hello", _deadline);
        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _deadline);

        response.Dispose();

        await _aborted.Task.WaitAsync(_deadline);
        words.Writer.Complete();
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Response_ThatBreaksOff_DoesNotLookWhole(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using HttpClient client = stage.NewClient();

        using HttpResponseMessage response = await client.GetAsync(new Uri("/break", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _deadline);
        Stream content = await response.Content.ReadAsStreamAsync(_deadline);
        byte[] first = new byte[4];
        await content.ReadExactlyAsync(first, _deadline);

        Assert.Equal("half", Encoding.ASCII.GetString(first));
        _seen.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(async () => await content.ReadExactlyAsync(new byte[1], _deadline));

        // The connection goes on to serve others.
        Assert.Equal("hello", await client.GetStringAsync(new Uri("/hello", UriKind.Relative), _deadline));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Answer_BeforeTheRequestIsWhole_ArrivesWhole(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using HttpClient client = stage.NewClient();
        var words = Channel.CreateUnbounded<string>();
        using HttpRequestMessage request = NewRequest(stage, "/refuse", words);
        await words.Writer.WriteAsync("hello", _deadline);

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _deadline);

        Assert.Equal((HttpStatusCode.Forbidden, "no"), (response.StatusCode, await response.Content.ReadAsStringAsync(_deadline)));
        words.Writer.Complete();
    }

    private static HttpRequestMessage NewRequest(PeerStage stage, string path, Channel<string> words)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, stage.Url(path)) { Version = stage.Version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new WordContent(words.Reader);
        request.Headers.TE.Add(new("trailers"));
        return request;
    }

    private Task<KestrelOrigin> StartOriginAsync(Dialect dialect) => KestrelOrigin.StartAsync(dialect, _authority, application =>
    {
        application.MapGet("/hello", () => "hello");
        application.MapPost("/talk", TalkAsync);
        application.MapGet("/break", async context =>
        {
            await context.Response.WriteAsync("half", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await _seen.Task.WaitAsync(_deadline);
            context.Abort();
        });
        application.MapPost("/refuse", async context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.ContentLength = 2;
            await context.Response.WriteAsync("no", context.RequestAborted);
        });
    });

    private async Task TalkAsync(HttpContext context)
    {
        context.RequestAborted.Register(() => _aborted.TrySetResult());
        using var words = new StreamReader(context.Request.Body);
        int count = 0;
        while (await words.ReadLineAsync(context.RequestAborted) is { } word)
        {
            count++;
            await context.Response.WriteAsync(word.ToUpperInvariant() + "\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        if (context.Response.SupportsTrailers())
        {
            context.Response.AppendTrailer("x-summary", $"{count} words");
        }
    }

    /// <summary>Content that is sent word by word, as they come.</summary>
    private sealed class WordContent(ChannelReader<string> words) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await foreach (string word in words.ReadAllAsync(cancellationToken))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(word + "\n"), cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
