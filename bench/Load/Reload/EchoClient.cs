using System.Net.WebSockets;
using System.Text;

namespace Sluice.Load.Reload;

/// <summary>One WebSocket that sends a numbered message every second and compares what comes back.</summary>
internal sealed class EchoClient : IDisposable
{
    private const int OpenSecondsMax = 30;

    /// <summary>Lengths go round up to this, so that frames have both short and extended lengths (RFC 6455, section 5.2).</summary>
    private const int PaddingMax = 300;

    private static readonly TimeSpan EchoMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _webSocket = new();
    private readonly int _number;
    private readonly FailureTally _failures;
    private readonly byte[] _received = new byte[4096];

    public EchoClient(int number, FailureTally failures)
    {
        _number = number;
        _failures = failures;
        _webSocket.Options.Proxy = null;
    }

    /// <summary>False, and counted, when it was not opened.</summary>
    public async Task<bool> OpenAsync(int port)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(OpenSecondsMax));
        try
        {
            await _webSocket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}{GenerationFile.EchoPath}"), limit.Token);
            return true;
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            _failures.Add(FailureKind.WebSocketHandshake, failure.Message);
            return false;
        }
    }

    /// <summary>Goes on until it is told to end, or something fails, and then closes.</summary>
    /// <returns>How many messages came back unchanged.</returns>
    public async Task<long> RunAsync(TimeSpan firstAfter, CancellationToken end)
    {
        long echoed = 0;
        try
        {
            await WaitAsync(firstAfter, end);
            while (!end.IsCancellationRequested)
            {
                if (!await EchoAsync($"socket {_number} message {echoed} {new string('x', (int)((_number + (echoed * 37)) % PaddingMax))}"))
                {
                    return echoed;
                }

                echoed++;
                await WaitAsync(Period, end);
            }

            await CloseAsync();
        }
        catch (Exception failure) when (failure is WebSocketException or InvalidOperationException or IOException)
        {
            _failures.Add(FailureKind.WebSocketClosed, $"socket {_number} after {echoed} messages: {failure.Message}");
        }
        catch (OperationCanceledException)
        {
            _failures.Add(FailureKind.WebSocketTimeout, $"socket {_number} after {echoed} messages");
        }

        return echoed;
    }

    public void Dispose() => _webSocket.Dispose();

    private async Task<bool> EchoAsync(string message)
    {
        using var limit = new CancellationTokenSource(EchoMax);
        await _webSocket.SendAsync(Encoding.ASCII.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        int length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _webSocket.ReceiveAsync(_received.AsMemory(length), limit.Token);
            length += part.Count;
        }
        while (part.MessageType == WebSocketMessageType.Text && !part.EndOfMessage && length < _received.Length);

        if (part.MessageType == WebSocketMessageType.Close)
        {
            _failures.Add(FailureKind.WebSocketClosed, $"socket {_number}: a close frame with {_webSocket.CloseStatus}");
            return false;
        }

        if (Encoding.ASCII.GetString(_received, 0, length) != message)
        {
            _failures.Add(FailureKind.WebSocketMismatch, $"socket {_number}: {length} bytes for {message.Length}");
            return false;
        }

        return true;
    }

    private async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(EchoMax);
        await _webSocket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        if (_webSocket.CloseStatus != WebSocketCloseStatus.NormalClosure)
        {
            _failures.Add(FailureKind.WebSocketClosed, $"socket {_number}: closed with {_webSocket.CloseStatus}");
        }
    }

    /// <summary>Returns early, without an exception, when it is to end.</summary>
    private static Task WaitAsync(TimeSpan time, CancellationToken end) => Task.Delay(time, end).ContinueWith(
        static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
