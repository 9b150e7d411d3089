using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.ErrorPages;

/// <summary>Reads and throws away the content of a server's response that nobody takes, because of a page in its place or for another reason, within the limits. Belongs to an exchange.</summary>
internal sealed class ResponseDrain : ITimerTarget
{
    private LoopTimer? _timer;
    private UpstreamStream? _upstream;

    /// <summary>Why the last response that was read was not whole; none when it was, or when the limits ended the reading.</summary>
    public ProxyErrorCode Error { get; private set; }

    /// <summary>Drains the response within the limits of the route; its head was read, of its content nothing.</summary>
    /// <returns>Whether all of it was read, so that the connection may serve another request.</returns>
    public ValueTask<bool> RunAsync(Exchange exchange, UpstreamStream upstream) =>
        RunAsync(exchange, upstream, exchange.Limits.DrainBytesMax, exchange.Limits.DrainTimeoutMs);

    /// <summary>The same within other limits.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<bool> RunAsync(Exchange exchange, UpstreamStream upstream, int bytesMax, int timeoutMs)
    {
        Error = ProxyErrorCode.None;
        ResponseHead response = exchange.Response;
        long left = bytesMax;
        if (response.Framing == BodyFraming.UntilClose || (response.Framing == BodyFraming.ContentLength && response.ContentLength > left))
        {
            return false;
        }

        _upstream = upstream;
        _timer ??= exchange.Worker.Loop.Timers.Create(this);
        _timer.Set(timeoutMs);
        BodySlice slice = default;
        while (!slice.IsLast && slice.Error == ProxyErrorCode.None && left >= 0)
        {
            slice = await upstream.ReadContentAsync(exchange);
            left -= slice.Count;
        }

        _timer.Stop();
        _upstream = null;
        Error = slice.Error;
        if (slice.Error == ProxyErrorCode.ResponseBodyInvalid)
        {
            // Nobody was to see it, so nobody is hurt; only the connection is of no more use.
            exchange.ForgetError();
        }

        return slice.IsLast;
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer) => _upstream?.CancelWait();
}
