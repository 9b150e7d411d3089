using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Forwarding;

/// <summary>Two sockets joined after a 101: bytes pass both ways until both sides have ended, one breaks, or nothing moves for too long.</summary>
internal sealed class Tunnel : ITimerTarget
{
    private readonly Exchange _exchange;
    private readonly StreamSocket _client;
    private readonly StreamSocket _upstream;
    private readonly LoopTimer _timer;
    private readonly int _idleTimeoutMs;

    public Tunnel(Exchange exchange, StreamSocket client, StreamSocket upstream)
    {
        _exchange = exchange;
        _client = client;
        _upstream = upstream;
        _timer = client.Loop.Timers.Create(this);
        _idleTimeoutMs = exchange.Limits.TunnelIdleTimeoutMs;
    }

    /// <summary>Passes bytes until the tunnel ends.</summary>
    /// <param name="fromClient">What the client sent behind its request; it was not to be sent on before the 101.</param>
    /// <param name="upstream">The connection, whose idle rules are off from now on.</param>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public async ValueTask RunAsync(SendSegment fromClient, UpstreamConnection upstream)
    {
        _timer.Set(_idleTimeoutMs);
        ValueTask down = CopyAsync(_upstream, _client, default, isRequest: false);
        ValueTask up = CopyAsync(_client, _upstream, fromClient, isRequest: true);
        await up;
        await down;
        _timer.Remove();
        _exchange.ResponseCompleted = !_exchange.HasFailed;
        _client.Close();
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        _exchange.Fail(ProxyErrorCode.TunnelIdleTimeout);
        Break();
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask CopyAsync(StreamSocket from, StreamSocket to, SendSegment first, bool isRequest)
    {
        if (first.Count > 0)
        {
            IoResult sent = await to.SendAsync(first, default, default);
            if (!Count(sent, isRequest))
            {
                return;
            }
        }

        FairShare fairShare = new(from.Loop);
        while (true)
        {
            // No buffer is held while nothing moves.
            IoResult ready = await from.WaitReadableAsync();
            if (ready.IsError)
            {
                Break();
                return;
            }

            PooledBuffer buffer = from.Loop.Buffers.Rent(BufferSize.Medium);
            IoResult received = await from.ReceiveAsync(buffer.Array, 0, buffer.Length);
            IoResult sent = received.Code > 0 ? await to.SendAsync(buffer.Array, 0, received.Bytes) : received;
            from.Loop.Buffers.Return(buffer);
            if (received.Code == 0)
            {
                // One side has ended: the other learns of it, and may still speak.
                to.ShutdownSend();
                return;
            }

            if (!Count(sent, isRequest))
            {
                return;
            }

            await fairShare.TakeAsync();
        }
    }

    private bool Count(IoResult sent, bool isRequest)
    {
        if (sent.IsError)
        {
            Break();
            return false;
        }

        _timer.Set(_idleTimeoutMs);
        if (isRequest)
        {
            _exchange.BytesIn += sent.Bytes;
        }
        else
        {
            _exchange.BytesOut += sent.Bytes;
        }

        return true;
    }

    // Both directions end; each finds its socket closed.
    private void Break()
    {
        _client.Reset();
        _upstream.CancelReceive(IoResult.Canceled);
        _upstream.CancelSend(IoResult.Canceled);
    }
}
