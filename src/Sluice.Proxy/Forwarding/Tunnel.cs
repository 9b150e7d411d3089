using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Forwarding;

/// <summary>
/// Two sides joined after a switch of protocols: bytes pass both ways until both sides have ended, one breaks, nothing moves for too long, or the tunnel
/// has had its time.
/// </summary>
/// <remarks>
/// Browsers end their stream in HTTP/2 with the very frame that carries a WebSocket's Close, and wait for the server's answer. HTTP/1.1 knows no such end:
/// there the server is who closes (RFC 6455, section 7.1.1), and many take a client's FIN for its going away, answer or not. So it is withheld until such
/// a server has ended its side, or has had <see cref="ServerCloseMs"/>.
/// </remarks>
internal sealed class Tunnel : ITimerTarget, ICancelableWait
{
    /// <summary>What a server has for closing a WebSocket, in ms.</summary>
    internal const int ServerCloseMs = 5_000;

    private readonly Exchange _exchange;
    private readonly ITunnelEnd _client;
    private readonly ITunnelEnd _upstream;
    private readonly EventLoop _loop;
    private readonly LoopTimer _idleTimer;
    private readonly LoopTimer _totalTimer;
    private readonly bool _withholdsClientsEnd;
    private bool _hasServerEnded;
    private bool _isBroken;

    public Tunnel(Exchange exchange, ITunnelEnd client, ITunnelEnd upstream)
    {
        _exchange = exchange;
        _client = client;
        _upstream = upstream;
        _withholdsClientsEnd = client is Http2TunnelEnd && upstream is SocketTunnelEnd;
        _loop = exchange.Worker.Loop;
        _idleTimer = _loop.Timers.Create(this);
        _totalTimer = _loop.Timers.Create(this);
    }

    /// <summary>Passes bytes until the tunnel ends.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public async ValueTask RunAsync()
    {
        if (_exchange.Limits.TunnelTimeoutMs > 0)
        {
            _totalTimer.Set(_exchange.Limits.TunnelTimeoutMs);
        }

        // One side may have ended while the other still speaks: then it is no read or write that learns of a shutdown.
        _exchange.Waiting = this;
        _idleTimer.Set(_exchange.Limits.TunnelIdleTimeoutMs);
        ValueTask down = CopyAsync(_upstream, _client, isRequest: false);
        ValueTask up = CopyAsync(_client, _upstream, isRequest: true);
        await up;
        await down;
        _exchange.Waiting = null;
        _idleTimer.Remove();
        _totalTimer.Remove();
        _exchange.ResponseCompleted = !_exchange.HasFailed;
        _client.Close();
        _upstream.Close();
    }

    /// <inheritdoc/>
    public void CancelWait() => Break();

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        _exchange.Fail(ReferenceEquals(timer, _totalTimer) ? ProxyErrorCode.TunnelTimeout : ProxyErrorCode.TunnelIdleTimeout);
        Break();
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask CopyAsync(ITunnelEnd from, ITunnelEnd to, bool isRequest)
    {
        FairShare fairShare = new(_loop);
        BodySlice slice;
        do
        {
            slice = await from.ReadAsync();
            if (slice.Error != ProxyErrorCode.None)
            {
                Break();
                return;
            }

            if (slice.Count > 0)
            {
                IoResult written = await to.WriteAsync(new SendSegment(slice.Array, slice.Offset, slice.Count));
                if (written.IsError)
                {
                    Break();
                    return;
                }

                Count(slice.Count, isRequest);
            }

            await fairShare.TakeAsync();
        }
        while (!slice.IsLast);

        if (isRequest)
        {
            await AwaitServerAsync();
        }
        else
        {
            _hasServerEnded = true;
            _exchange.Pause.CancelWait();
        }

        // One side has ended: the other learns of it, and may still speak.
        if (!_isBroken)
        {
            await to.EndWritingAsync();
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask AwaitServerAsync()
    {
        if (_withholdsClientsEnd && !_hasServerEnded && !_isBroken)
        {
            await _exchange.Pause.WaitAsync(ServerCloseMs);
        }
    }

    private void Count(int bytes, bool isRequest)
    {
        _idleTimer.Set(_exchange.Limits.TunnelIdleTimeoutMs);
        if (isRequest)
        {
            _exchange.BytesIn += bytes;
        }
        else
        {
            _exchange.BytesOut += bytes;
        }
    }

    // Both directions end; each finds its side broken.
    private void Break()
    {
        if (!_isBroken)
        {
            _isBroken = true;
            _client.Break();
            _upstream.Break();
            _exchange.Pause.CancelWait();
        }
    }
}
