using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Time;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Proxy;

/// <summary>A well-behaved client that sends good requests all the time, to tell whether others are harmed by an attack.</summary>
public sealed class Canary : IAsyncDisposable
{
    private readonly EndPoint _endPoint;
    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly List<string> _failures = [];
    private readonly List<TimeSpan> _latencies = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private TimeSpan _longestSilence;
    private long _lastSuccess;

    private Canary(EndPoint endPoint, string path, TimeSpan pause, Func<Canary, PeriodicTimer, Task> sing)
    {
        _endPoint = endPoint;
        _path = path;
        _running = RunAsync(pause, sing);
    }

    /// <summary>Requests that were answered with 200.</summary>
    public int Successes
    {
        get
        {
            lock (_lock)
            {
                return _latencies.Count;
            }
        }
    }

    /// <summary>The longest time from one success to the next: no less than a pause of the whole machine, whether a request was on its way then or not.</summary>
    public TimeSpan LongestSilence
    {
        get
        {
            lock (_lock)
            {
                return _longestSilence;
            }
        }
    }

    /// <summary>What went wrong with each of the others.</summary>
    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_lock)
            {
                return [.. _failures];
            }
        }
    }

    /// <summary>Begins to sing.</summary>
    /// <param name="endPoint">The proxy.</param>
    /// <param name="path">A path that is answered with 200.</param>
    /// <param name="pause">Between two requests; by default 5 ms.</param>
    public static Canary Start(EndPoint endPoint, string path = "/canary", TimeSpan? pause = null) =>
        new(endPoint, path, pause ?? TimeSpan.FromMilliseconds(5), (canary, ticks) => canary.SingAsync(ticks));

    /// <summary>Begins to sing over HTTP/2.</summary>
    /// <param name="endPoint">The proxy.</param>
    /// <param name="tlsHost">The host that it asks for by SNI; null for plain HTTP/2.</param>
    /// <param name="path">A path that is answered with 200.</param>
    /// <param name="pause">Between two requests; by default 5 ms.</param>
    public static Canary StartHttp2(EndPoint endPoint, string? tlsHost = null, string path = "/canary", TimeSpan? pause = null) =>
        new(endPoint, path, pause ?? TimeSpan.FromMilliseconds(5), (canary, ticks) => canary.SingHttp2Async(ticks, tlsHost));

    /// <summary>The latency that this share of the successes stays below, 0 to 1.</summary>
    public TimeSpan LatencyAt(double share)
    {
        lock (_lock)
        {
            TimeSpan[] sorted = [.. _latencies.Order()];
            return sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
        }
    }

    /// <summary>Waits until another request that began after the call was answered, or failed.</summary>
    public async Task ExpectAliveAsync()
    {
        int before = Successes;
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (Successes < before + 2 && Failures.Count == 0 && !deadline.IsCancellationRequested)
        {
            await ticks.WaitForNextTickAsync();
        }

        if (Failures.Count > 0 || Successes < before + 2)
        {
            throw new InvalidOperationException(
                $"The canary had {Successes} successes and {Failures.Count} failures:\n{string.Join('\n', Failures.Take(5))}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(TimeSpan pause, Func<Canary, PeriodicTimer, Task> sing)
    {
        using var ticks = new PeriodicTimer(pause);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await sing(this, ticks);
            }
            catch (Exception exception) when (exception is ScriptException or TimeoutException or SocketException or FormatException or IOException)
            {
                Fail(exception.Message);
                await ticks.WaitForNextTickAsync();
            }
        }
    }

    // One connection for as long as it lasts.
    private async Task SingAsync(PeriodicTimer ticks)
    {
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(_endPoint, new Transcript(), "canary");
        string request = $"GET {_path} HTTP/1.1\r\nHost: canary.test\r\n\r\n";
        while (!_stop.IsCancellationRequested)
        {
            HttpResponse? response = await TakeAsync(async () => await client.ExchangeAsync(request));
            if (response!["Connection"] == "close")
            {
                return;
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    private async Task SingHttp2Async(PeriodicTimer ticks, string? tlsHost)
    {
        await using Http2Peer client = await Http2Peer.ConnectAsync(_endPoint, new Transcript(), new Http2PeerOptions { Name = "canary", TlsHost = tlsHost });
        while (!_stop.IsCancellationRequested && client.GoAway is null)
        {
            await TakeAsync(() => GetAsync(client));
            await ticks.WaitForNextTickAsync();
        }
    }

    // Null when the server ends the connection in order and did nothing for the request, which may be sent again elsewhere (RFC 9113, section 6.8).
    private async Task<HttpResponse?> GetAsync(Http2Peer client)
    {
        uint stream = await client.SendRequestAsync(path: _path);
        StreamRecord record = client.StreamOf(stream);
        await client.ReadUntilAsync(() => record.IsOver || IsPassedBy(client, stream), $"the end of the response on stream {stream}");
        return IsPassedBy(client, stream) ? null : await client.ReadResponseAsync(stream);
    }

    private static bool IsPassedBy(Http2Peer client, uint stream) => client.GoAway is { Error: ErrorCode.NoError } goAway && goAway.LastStream < stream;

    private async Task<HttpResponse?> TakeAsync(Func<Task<HttpResponse?>> exchange)
    {
        long start = Stopwatch.GetTimestamp();
        HttpResponse? response = await exchange();
        if (response is null)
        {
            return null;
        }

        if (response.Status != 200)
        {
            Fail(response.ToString());
            return response;
        }

        lock (_lock)
        {
            long now = Stopwatch.GetTimestamp();
            TimeSpan silence = Stopwatch.GetElapsedTime(_lastSuccess == 0 ? start : _lastSuccess, now);
            _latencies.Add(Stopwatch.GetElapsedTime(start, now));
            _longestSilence = silence > _longestSilence ? silence : _longestSilence;
            _lastSuccess = now;
        }

        return response;
    }

    private void Fail(string what)
    {
        lock (_lock)
        {
            _failures.Add(what);
        }
    }
}
