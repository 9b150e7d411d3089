using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Sluice.Scenarios.RealPeers;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Browsers;

/// <summary>What scripts in a browser see over HTTP/2: events one by one, a WebSocket, and an answer that comes in parts.</summary>
[Collection(nameof(Chromium))]
public sealed class ChromiumTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime, IDisposable
{
    private const int Parts = 10;

    // What a page runs: it tells the origin of each part that it has seen, and only then the origin sends the next.
    private const string ReadEvents = """
        () => new Promise((resolve, reject) => {
          const seen = [];
          const events = new EventSource('/events');
          events.onerror = () => reject(new Error(`the stream ended after ${seen.length}`));
          events.onmessage = async event => {
            seen.push(event.data);
            if (seen.length === 10) { events.close(); resolve(seen); }
            await fetch('/seen', { method: 'POST' });
          };
        })
        """;

    private const string ReadStream = """
        async () => {
          const response = await fetch('/stream', { method: 'POST', body: 'go' });
          const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
          const seen = [];
          for (;;) {
            const { value, done } = await reader.read();
            if (done) return seen;
            seen.push(value);
            await fetch('/seen', { method: 'POST' });
          }
        }
        """;

    private const string Talk = """
        () => new Promise((resolve, reject) => {
          const socket = new WebSocket(`wss://${location.host}/echo`, 'chat');
          const words = ['one', 'two', 'three'];
          const heard = [];
          socket.onerror = () => reject(new Error('the socket failed'));
          socket.onopen = () => socket.send(words.shift());
          socket.onmessage = event => {
            heard.push(event.data);
            if (words.length > 0) socket.send(words.shift()); else socket.close(4001, 'enough');
          };
          socket.onclose = event => resolve([...heard, socket.protocol, `${event.code} ${event.reason} ${event.wasClean}`]);
        })
        """;

    private const string Protocols = """
        () => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(entry => entry.nextHopProtocol)
        """;

    private readonly TestAuthority _authority = new();
    private readonly Channel<int> _seen = Channel.CreateUnbounded<int>();
    private KestrelOrigin _origin = null!;
    private PeerStage _stage = null!;
    private IPage _page = null!;

    public async Task InitializeAsync()
    {
        _origin = await KestrelOrigin.StartAsync(Dialect.Http1, _authority, Map);
        _stage = PeerStage.Start(_authority, Dialect.Http2OverTls, Dialect.Http1, _origin.Plan);
        _page = await chromium.Browser.NewPageAsync(new BrowserNewPageOptions { IgnoreHTTPSErrors = true });
        _page.SetDefaultTimeout((float)Patience.PerTest.TotalMilliseconds);
        await _page.GotoAsync(_stage.Url("/").AbsoluteUri);
    }

    public async Task DisposeAsync()
    {
        await _page.Context.CloseAsync();
        await _stage.DisposeAsync();
        await _origin.DisposeAsync();
    }

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Page_AndAllOfItsParts_ComeOverHttp2()
    {
        Assert.Equal("Hello", await _page.TitleAsync());
        await _page.WaitForFunctionAsync("() => document.styleSheets.length === 1 && document.images[0].complete");

        string[] protocols = await RunAsync(Protocols);

        Assert.Equal(["h2"], protocols.Distinct());
        Assert.True(protocols.Length >= 3, $"{protocols.Length} parts");
    }

    [Fact]
    public async Task EventStream_BringsEachEventAsItIsSent()
    {
        string[] events = await RunAsync(ReadEvents);

        Assert.Equal(Enumerable.Range(0, Parts).Select(i => $"event {i}"), events);
        Assert.Equal(["h2"], (await RunAsync(Protocols)).Distinct());
    }

    [Fact]
    public async Task Post_WithAnAnswerInParts_BringsEachAsItIsSent()
    {
        string[] parts = await RunAsync(ReadStream);

        Assert.Equal(Enumerable.Range(0, Parts).Select(i => $"part {i}"), parts);
        Assert.Equal(["h2"], (await RunAsync(Protocols)).Distinct());
    }

    [Fact]
    public async Task WebSocket_RunsOverTheConnectionThatIsThere()
    {
        string[] heard = await RunAsync(Talk);

        Assert.Equal(["one", "two", "three", "chat", "4001 enough true"], heard);

        // Extended CONNECT: an upgrade would have needed a connection of its own in HTTP/1.1.
        AccessLogEntry line = (await _stage.Proxy.AccessLog.WaitForAsync(entry => entry.Path == "/echo"))[0];
        Assert.Equal(("HTTP/2", 200, null), (line.Text("protocol"), line.Status, line.Error));
    }

    private void Map(WebApplication application)
    {
        application.MapGet("/", () => Results.Text(
            "<!doctype html><title>Hello</title><link rel=stylesheet href=/style.css><img src=/dot.svg>", "text/html"));
        application.MapGet("/style.css", () => Results.Text("body { color: black }", "text/css"));
        application.MapGet("/dot.svg", () => Results.Text("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>", "image/svg+xml"));
        application.MapPost("/seen", () => _seen.Writer.TryWrite(0));
        application.MapGet("/events", context => SendAsync(context, "text/event-stream", i => $"data: event {i}\n\n"));
        application.MapPost("/stream", context => SendAsync(context, "text/plain", i => $"part {i}"));
        application.Map("/echo", EchoAsync);
    }

    private async Task SendAsync(HttpContext context, string type, Func<int, string> part)
    {
        context.Response.ContentType = type;
        for (int i = 0; i < Parts; i++)
        {
            await context.Response.WriteAsync(part(i), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await _seen.Reader.ReadAsync(context.RequestAborted);
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync("chat");
        byte[] buffer = new byte[4096];
        while (true)
        {
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }

    private async Task<string[]> RunAsync(string script) =>
        (await _page.EvaluateAsync<JsonElement>(script)).EnumerateArray().Select(item => item.GetString()!).ToArray();
}
