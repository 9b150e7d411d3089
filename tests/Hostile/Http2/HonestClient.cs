using System.Globalization;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Proxy;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Http2;

/// <summary>
/// A client that does by chance whatever RFC 9113 lets it do, on many streams at once, and knows what has to come of it: each response is its own, and in the end
/// the window of the connection is open.
/// </summary>
internal sealed class HonestClient
{
    /// <summary>Answered at once, whatever the content.</summary>
    internal const string FixedPath = "/fixed";

    private const int OpenMax = 20;
    private const int ContentBytesMax = 120_000;
    private const int FrameBytesMax = 16_384;
    private const int HalfOfTheWindow = 512 * 1024;

    private readonly Http2Peer _peer;
    private readonly Random _random;
    private readonly Task _reading;
    private readonly List<HonestRequest> _requests = [];
    private int _checked;

    private HonestClient(Http2Peer peer, Random random)
    {
        _peer = peer;
        _random = random;
        _reading = peer.ReadToEndAsync();
    }

    /// <summary>Connects.</summary>
    internal static async Task<HonestClient> ConnectAsync(ProxyFixture proxy, Random random)
    {
        Http2Peer peer = await proxy.ConnectHttp2Async(new Http2PeerOptions { Name = $"honest {random.Next(1000)}", Settings = [(SettingKind.InitialWindowSize, (uint)random.Next(1_000, 200_000))] });

        // It hears nothing while another one is at its end.
        peer.StepTimeout = TimeSpan.FromSeconds(120);
        return new HonestClient(peer, random);
    }

    /// <summary>What the upstream has to answer: the id again and again, or a word on what it got.</summary>
    internal static IReadOnlyList<byte[]> Answer(HttpRequest request)
    {
        string[] parts = request.Target.Split('/');
        string id = request["x-id"] ?? "none";
        string content = parts[1] == "many"
            ? string.Concat(Enumerable.Repeat(id + ".", int.Parse(parts[2], CultureInfo.InvariantCulture)))
            : $"{id}:{HonestRequest.Digest(request.Content)}";
        return [Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n\r\n{content}")];
    }

    /// <summary>Does something.</summary>
    internal async Task StepAsync()
    {
        // Looked at once: who reads may end any of them at any time.
        HonestRequest[] open = [.. _requests.Where(request => !_peer.StreamOf(request.Stream).IsOver)];
        HonestRequest[] uploads = [.. open.Where(request => request.Left > 0)];
        switch (_random.Next(10))
        {
            case < 3 when open.Length < OpenMax:
                await BeginAsync();
                break;
            case < 8 when uploads.Length > 0:
                await SendPartAsync(uploads[_random.Next(uploads.Length)]);
                break;
            case 8 when open.Length > 0 && _random.Next(3) == 0:
                await GiveUpAsync(open[0]);
                break;
            default:
                await _peer.SendAsync(OddFrame());
                break;
        }

        CheckNew();
    }

    /// <summary>Ends what was begun, checks everything, and closes.</summary>
    internal async Task FinishAsync()
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (_requests.Any(request => !_peer.StreamOf(request.Stream).IsOver))
        {
            foreach (HonestRequest upload in _requests.Where(request => request.Left > 0 && !_peer.StreamOf(request.Stream).IsOver))
            {
                await SendPartAsync(upload);
            }

            Assert.False(_reading.IsFaulted, $"{_reading.Exception}");
            Assert.False(deadline.IsCancellationRequested, $"requests that have no end: {string.Join(", ", _requests.Where(request => !_peer.StreamOf(request.Stream).IsOver))}");
            await ticks.WaitForNextTickAsync();
        }

        CheckNew();

        // Whatever became of the content, its window came back - and never more than that.
        while (_peer.OwnWindows.Connection < HalfOfTheWindow)
        {
            Assert.False(deadline.IsCancellationRequested, $"{_peer.OwnWindows.Connection} bytes of the connection's window are left");
            await ticks.WaitForNextTickAsync();
        }

        Assert.InRange(_peer.OwnWindows.Connection, HalfOfTheWindow, 2 * HalfOfTheWindow);
        Assert.Null(_peer.GoAway);
        _peer.TryShutdownSend();
        await _reading;
    }

    private async Task BeginAsync()
    {
        string id = $"{_peer.Name}-{_requests.Count}";
        int kind = _random.Next(3);
        int count = kind == 0 ? 0 : _random.Next(ContentBytesMax);
        string path = kind switch { 0 => $"/many/{_random.Next(1, 5_000)}", 1 => "/digest", _ => FixedPath };
        FieldBlock block = _peer.Request(count > 0 ? "POST" : "GET", path).Add("x-id", id);
        block = _random.Next(2) == 0 && count > 0 ? block.Add("content-length", count.ToString(CultureInfo.InvariantCulture)) : block;
        uint stream = await _peer.SendHeadAsync(block, end: count == 0, count > 0 ? "POST" : "GET");
        byte[] content = new byte[count];
        _random.NextBytes(content);
        _requests.Add(new HonestRequest(stream, path, id, content, hasTrailers: _random.Next(4) == 0));
    }

    private async Task SendPartAsync(HonestRequest upload)
    {
        byte? padding = _random.Next(4) == 0 ? (byte)_random.Next(256) : null;
        int overhead = padding is null ? 0 : padding.Value + 1;
        long window = Math.Min(_peer.OwnWindows.Connection, _peer.OwnWindows.Of(upload.Stream)) - overhead;
        int count = (int)Math.Min(Math.Min(upload.Left, window), _random.Next(1, FrameBytesMax - overhead));
        if (count <= 0)
        {
            return;
        }

        ReadOnlyMemory<byte> part = upload.Take(count);
        bool isLast = upload.Left == 0;
        byte[] data = Frames.Data(upload.Stream, part.Span, end: isLast && !upload.HasTrailers, padding);
        await (isLast && upload.HasTrailers
            ? _peer.SendAsync(data, Frames.Headers(upload.Stream, new FieldBlock().Add("x-trailer", "1").ToArray()))
            : _peer.SendAsync(data));
    }

    private async Task GiveUpAsync(HonestRequest request)
    {
        await _peer.SendAsync(Frames.Reset(request.Stream));
        _requests.Remove(request);
    }

    private byte[] OddFrame() => _random.Next(6) switch
    {
        0 => Frames.Ping((ulong)_random.Next()),
        1 => Frames.Settings((SettingKind.InitialWindowSize, (uint)_random.Next(1_000, 200_000))),
        2 => Frames.Settings((SettingKind.HeaderTableSize, (uint)_random.Next(5_000))),
        3 when _requests.Count > 0 => Frames.PriorityUpdate(_requests[_random.Next(_requests.Count)].Stream, $"u={_random.Next(8)}{(_random.Next(2) == 0 ? ", i" : "")}"),
        4 => Frames.Unknown(0, new byte[_random.Next(100)]),
        _ => Frames.WindowUpdate(0, (uint)_random.Next(1, 5_000)),
    };

    private void CheckNew()
    {
        for (; _checked < _requests.Count && _peer.StreamOf(_requests[_checked].Stream).IsOver; _checked++)
        {
            HonestRequest request = _requests[_checked];
            StreamRecord record = _peer.StreamOf(request.Stream);
            Assert.True(record.HasEnded, $"{request}: {record}\n{record.Reset}");
            HttpResponse response = record.ToResponse();
            Assert.Equal(200, response.Status);
            Assert.True(request.Expects(response.Text), $"{request} got {response.Text[..Math.Min(200, response.Text.Length)]}");
        }
    }
}
