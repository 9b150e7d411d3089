using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Mirroring;

/// <summary>A copy of a request on its way to another upstream: an exchange of its own, which the request that is copied never waits for. Reused.</summary>
/// <remarks>
/// <code>
///           begin               posted             answered, failed, given up
///  Free ────────────▶ Waiting ──────────▶ Running ─────────────────────────────▶ Free
/// </code>
/// While content is on its way the request knows its copy (<see cref="Exchange.Mirror"/>) and the copy its request; the link is cut by whichever ends
/// first, and when the content has been received whole. A copy whose request ends before that is given up: half a request is none.
/// </remarks>
internal sealed class MirrorRequest : ITimerTarget
{
    private static readonly Action<object?> StartRun = static state => ((MirrorRequest)state!).Start();

    private readonly Worker _worker;
    private readonly MirrorClientStream _stream;
    private readonly ExchangeCopy _copy;
    private readonly LoopTimer _timer;
    private MirrorTarget _target = null!;
    private RouteState _route = null!;
    private Exchange _exchange = null!;
    private Exchange? _original;
    private bool _isGivenUp;
    private bool _hasBug;
    private ValueTask _running;
    private long _contentBytes;

    public MirrorRequest(Worker worker)
    {
        _worker = worker;
        _stream = new MirrorClientStream(worker.Loop);
        _copy = new ExchangeCopy(worker);
        _timer = worker.Loop.Timers.Create(this);
    }

    /// <summary>Its place among the copies of its worker.</summary>
    public int Index { get; set; }

    /// <summary>Begins to copy a request, whose head is in its connection's buffer. It is sent once the request itself has gone out.</summary>
    public void Begin(Exchange original, MirrorTarget target)
    {
        Debug.Assert(_original is null, "The last copy has ended.");
        _target = target;
        _route = original.Route!.State;
        _isGivenUp = false;
        _hasBug = false;
        _contentBytes = 0;
        _exchange = _copy.Begin(original, _stream);
        _exchange.IsMirror = true;
        _exchange.UpstreamState = target.Upstream;
        bool hasContent = _exchange.Request.HasBody;
        _stream.Begin(hasContent);
        _exchange.RequestCompleted = !hasContent;

        // Nobody has to be asked for content: it comes when the original's does.
        _exchange.ContentExpected = true;
        if (hasContent)
        {
            _original = original;
            original.Mirror = this;
        }
        else
        {
            _timer.Set(target.Plan.TimeoutMs);
        }

        _worker.Loop.Post(StartRun, this);
    }

    /// <summary>Takes a copy of a part of the content. Gives up when that is too much; then it has ended when this returns.</summary>
    public void Add(BodySlice slice)
    {
        _contentBytes += slice.Count;
        bool isTooLarge = _target.Plan.BodyBytesMax > 0 && _contentBytes > _target.Plan.BodyBytesMax;
        if (isTooLarge || !_stream.TryAdd(slice, _target.Plan.LagBytesMax))
        {
            GiveUp();
        }
        else if (slice.IsLast)
        {
            Unlink();
            _timer.Set(_target.Plan.TimeoutMs);
        }
    }

    /// <summary>Breaks the copy off, wherever it is. May end it before this returns.</summary>
    public void GiveUp()
    {
        Unlink();
        _isGivenUp = true;
        _exchange.Cancel(ProxyErrorCode.ClientGone);
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer) => _exchange.Cancel(ProxyErrorCode.FirstByteTimeout);

    // Nobody waits for a copy. Its box goes back to its pool when the result is taken, which is done before the next one runs: this one has ended by then.
    private void Start()
    {
        ValueTask last = _running;
        _running = default;
        last.GetAwaiter().GetResult();
        _running = RunAsync();
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask RunAsync()
    {
        try
        {
            // It may have been given up while it was waiting for its turn.
            if (!_exchange.HasFailed)
            {
                await Forwarder.RunAsync(_exchange, _target.Upstream);
            }
        }
        catch (Exception exception)
        {
            // Nothing that a peer does throws: this is a bug, reported and survived.
            _hasBug = true;
            _worker.OnBug(exception);
            Abandon();
        }
        finally
        {
            End();
        }
    }

    // What a bug leaves behind is in no known state, and is not used again.
    private void Abandon()
    {
        Forwarder.Abandon(_exchange);
        _stream.StopReading();
    }

    private MirrorOutcome Outcome() =>
        _isGivenUp ? MirrorOutcome.Dropped
        : (_exchange.ResponseCompleted && !_exchange.HasFailed) || _stream.HasEnough ? MirrorOutcome.Sent
        : MirrorOutcome.Failed;

    private void End()
    {
        _timer.Stop();
        Unlink();
        _route.EndMirror(_worker.Index, Outcome());
        _stream.End();
        _copy.End(isSound: !_hasBug);
        _exchange = null!;
        _route = null!;
        _target = null!;
        _worker.Mirrors.Remove(this);
    }

    private void Unlink()
    {
        if (_original is not null)
        {
            _original.Mirror = null;
            _original = null;
        }
    }
}
