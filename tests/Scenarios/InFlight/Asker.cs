using Sluice.Scenarios.Forwarding;
using Sluice.Scenarios.Http2;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.InFlight;

/// <summary>A client of either version of HTTP with one request.</summary>
internal sealed class Asker
{
    private readonly ScriptedClient? _http1;
    private readonly Http2Peer? _http2;
    private uint _stream;

    private Asker(ScriptedClient? http1, Http2Peer? http2)
    {
        _http1 = http1;
        _http2 = http2;
    }

    /// <summary>Connects.</summary>
    internal static async Task<Asker> ConnectAsync(ProxyFixture proxy, bool isHttp2) =>
        isHttp2 ? new Asker(null, await proxy.ConnectHttp2Async()) : new Asker(await proxy.ConnectAsync(), null);

    /// <summary>Sends its request.</summary>
    internal async Task AskAsync()
    {
        if (_http2 is not null)
        {
            _stream = await _http2.SendHeadAsync(_http2.Request());
        }
        else
        {
            await _http1!.SendAsync(Story.Get);
        }
    }

    /// <summary>Sends it with <c>hello</c> of its content, and no more.</summary>
    internal async Task AskWithContentAsync()
    {
        if (_http2 is not null)
        {
            _stream = await _http2.SendHeadAsync(_http2.Request("POST").Add(("content-length", "100")), end: false, "POST");
            await _http2.SendAsync(Frames.Data(_stream, Bytes.Of("hello")));
        }
        else
        {
            await _http1!.SendAsync(Story.Post + "Content-Length: 100\r\n\r\nhello");
        }
    }

    /// <summary>Has the server switch protocols.</summary>
    internal async Task<ScriptedServerConnection> UpgradeAsync(ScriptedUpstream upstream)
    {
        if (_http2 is not null)
        {
            _stream = await _http2.SendHeadAsync(_http2.Request("CONNECT", "/chat").Add((":protocol", "websocket"), ("sec-websocket-version", "13")), end: false, "CONNECT");
        }
        else
        {
            await _http1!.SendAsync(UpgradeTests.Request);
        }

        ScriptedServerConnection server = await upstream.AcceptAsync();
        string accept = Http2Story.AcceptOf((await server.ReadHeadAsync())["Sec-WebSocket-Key"]!);
        await server.SendAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
        await ReadHeadAsync();
        return server;
    }

    /// <summary>Reads the head of its response.</summary>
    internal Task<HttpResponse> ReadHeadAsync() => _http2 is not null ? _http2.ReadHeadAsync(_stream) : _http1!.ReadHeadAsync();

    /// <summary>Leaves.</summary>
    internal async Task LeaveAsync(Departure departure)
    {
        if (departure == Departure.ResetStream)
        {
            await _http2!.SendAsync(Frames.Reset(_stream));
        }
        else if (departure == Departure.Reset)
        {
            _http1?.Reset();
            _http2?.Abort();
        }
        else
        {
            _http1?.Close();
            _http2?.ShutdownSend();
        }
    }
}
