using System.Runtime.CompilerServices;
using System.Text;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Health.Checks;

/// <summary>Connects to a server, with TLS where it has it; says something and listens for an answer where that is asked for.</summary>
internal sealed class TcpProbe : Probe, ICancelableWait
{
    // A server that says a byte at a time can't have a regular expression run over all of it again and again.
    private const int LooksMax = 64;

    private readonly UpstreamConnector _connector;
    private readonly CheckMatcher? _matcher;
    private readonly CheckContent _content;
    private readonly byte[] _greeting;
    private StreamSocket? _socket;

    /// <summary>Creates it.</summary>
    /// <param name="target">Who is connected to.</param>
    /// <param name="plan">What to say.</param>
    /// <param name="matcher">What to expect; null for nothing.</param>
    public TcpProbe(ProbeTarget target, HealthCheckPlan plan, CheckMatcher? matcher)
        : base(target)
    {
        _connector = new UpstreamConnector(target.Worker, target.Server);
        _matcher = matcher;
        _content = new CheckContent(target.Worker.Loop.Buffers);
        _greeting = Encoding.UTF8.GetBytes(plan.Send);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public override async ValueTask<CheckResult> RunAsync(Exchange exchange)
    {
        _socket = await _connector.ConnectAsync(exchange);
        if (_socket is null)
        {
            return FailureOf(exchange);
        }

        exchange.Waiting = this;
        CheckResult result = await TalkAsync(exchange, _socket);
        exchange.Waiting = null;
        Abandon();
        return result;
    }

    /// <inheritdoc/>
    public override void Abandon()
    {
        _content.Release();
        _socket?.Close();
        _socket = null;
    }

    /// <inheritdoc/>
    void ICancelableWait.CancelWait()
    {
        _socket?.CancelSend(IoResult.Canceled);
        _socket?.CancelReceive(IoResult.Canceled);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<CheckResult> TalkAsync(Exchange exchange, StreamSocket socket)
    {
        if (_greeting.Length > 0 && (await socket.SendAsync(_greeting, 0, _greeting.Length)).IsError)
        {
            return CheckResult.Failed("upstream_reset");
        }

        bool isFound = _matcher is null;
        bool hasMore = true;
        for (int looks = 1; !isFound && hasMore && !exchange.HasFailed; looks++)
        {
            int known = _content.Length;
            hasMore = await ReceiveAsync(socket) && !_content.IsFull;
            isFound = (!hasMore || looks <= LooksMax || !_matcher!.IsRegex) && _matcher!.IsIn(_content.Bytes, known);
        }

        return isFound ? CheckResult.Passed
            : CheckResult.Failed(_content.Length == 0 ? "upstream_closed" : "what it says is not as expected");
    }

    // False when nothing follows. The buffer is held only while there is something to put into it.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<bool> ReceiveAsync(StreamSocket socket)
    {
        if ((await socket.WaitReadableAsync()).IsError)
        {
            return false;
        }

        PooledBuffer buffer = Target.Worker.Loop.Buffers.Rent(BufferSize.Small);
        IoResult received = await socket.ReceiveAsync(buffer.Array, 0, buffer.Length);
        if (received.Code > 0)
        {
            _content.Add(buffer.Array.AsSpan(0, received.Bytes));
        }

        Target.Worker.Loop.Buffers.Return(buffer);
        return received.Code > 0;
    }
}
