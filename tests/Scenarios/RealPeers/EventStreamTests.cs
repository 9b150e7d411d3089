using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.RealPeers;

/// <summary>Server-sent events from Kestrel to .NET's client: each as it comes, and no more of them than the client takes.</summary>
public sealed class EventStreamTests : IDisposable
{
    private const int BlockBytes = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly CancellationToken _deadline = new CancellationTokenSource(Patience.PerTest).Token;
    private readonly TestAuthority _authority = new();
    private readonly Channel<int> _received = Channel.CreateUnbounded<int>();
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytesWritten;

    /// <summary>What clients speak, and what the origin does.</summary>
    public static TheoryData<Dialect, Dialect> Dialects { get; } = new()
    {
        { Dialect.Http1, Dialect.Http1 },
        { Dialect.Http2, Dialect.Http1 },
        { Dialect.Http2OverTls, Dialect.Http1 },
        { Dialect.Http1, Dialect.Http2 },
        { Dialect.Http2OverTls, Dialect.Http2OverTls },
    };

    public void Dispose() => _authority.Dispose();

    [Trait("Case", "U-22")]
    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Events_ArriveOneByOne(Dialect front, Dialect origin)
    {
        // The origin sends each event only after the client has seen the one before: whoever holds one back waits for ever.
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using HttpClient client = stage.NewClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _deadline);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(_deadline));

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal($"data: {i}", await lines.ReadLineAsync(_deadline));
            Assert.Equal("", await lines.ReadLineAsync(_deadline));
            await _received.Writer.WriteAsync(i, _deadline);
        }

        Assert.Null(await lines.ReadLineAsync(_deadline));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Client_ThatTakesNothing_StopsTheOrigin(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(
            _authority, front, origin, setup => setup with { Limits = new ProxyLimits { MinDataRate = 0 } }, kestrel.Plan);
        using HttpClient client = stage.NewClient();
        using HttpResponseMessage response = await client.GetAsync(new Uri("/flood", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _deadline);

        long written = await WaitUntilTheOriginStopsAsync();

        // The kernel's buffers on both connections, as for HTTP/1 (at most 4 MiB to send and 6 to receive on each), and windows of 1 MiB at most.
        Assert.InRange(written, 1, 26L << 20);
        Assert.InRange(stage.Proxy.Server.Loops.Sum(loop => loop.Buffers.Outstanding), 0, 16);
        Assert.False(_aborted.Task.IsCompleted);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Client_ThatGoes_EndsTheOriginsResponse(Dialect front, Dialect origin)
    {
        await using KestrelOrigin kestrel = await StartOriginAsync(origin);
        await using PeerStage stage = PeerStage.Start(_authority, front, origin, kestrel.Plan);
        using HttpClient client = stage.NewClient();
        HttpResponseMessage response = await client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, _deadline);

        response.Dispose();

        await _aborted.Task.WaitAsync(_deadline);
    }

    private Task<KestrelOrigin> StartOriginAsync(Dialect dialect) => KestrelOrigin.StartAsync(dialect, _authority, application =>
    {
        application.MapGet("/events", SendEventsAsync);
        application.MapGet("/flood", FloodAsync);
    });

    private async Task SendEventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.RequestAborted.Register(() => _aborted.TrySetResult());
        for (int i = 0; i < 20; i++)
        {
            await context.Response.WriteAsync($"data: {i}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            Assert.Equal(i, await _received.Reader.ReadAsync(context.RequestAborted));
        }
    }

    private async Task FloodAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.RequestAborted.Register(() => _aborted.TrySetResult());
        byte[] block = Encoding.ASCII.GetBytes($"data: {new string('x', BlockBytes - 8)}\n\n");
        while (true)
        {
            await context.Response.Body.WriteAsync(block, context.RequestAborted);
            Interlocked.Add(ref _bytesWritten, block.Length);
        }
    }

    private async Task<long> WaitUntilTheOriginStopsAsync()
    {
        using var ticks = new PeriodicTimer(Pause);
        long before = -1;
        long written = 0;
        while (before != written || written == 0)
        {
            await ticks.WaitForNextTickAsync(_deadline);
            before = written;
            written = Interlocked.Read(ref _bytesWritten);
        }

        return written;
    }
}
