using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
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
internal sealed class Tunnel : ITimerTarget, ICancelableWait
{
    private readonly Exchange _exchange;
    private readonly ITunnelEnd _client;
    private readonly ITunnelEnd _upstream;
    private readonly EventLoop _loop;
    private readonly LoopTimer _idleTimer;
    private readonly LoopTimer _totalTimer;
    private bool _isBroken;

    public Tunnel(Exchange exchange, ITunnelEnd client, ITunnelEnd upstream)
    {
        _exchange = exchange;
        _client = client;
        _upstream = upstream;
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

        // One side has ended: the other learns of it, and may still speak.
        await to.EndWritingAsync();
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
        }
    }
}
