using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Workers;
using Sluice.Reactor;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Caching.Fetching;

/// <summary>A request that waits for a fetch, on its own worker, which need not be that of the fetch. For one fetch.</summary>
internal sealed class FetchReader : ICancelableWait, ITimerTarget, ITickEndTarget
{
    private static readonly Action<object?> WakeUp = static state => ((FetchReader)state!).Wake();

    private readonly Fetch _fetch;
    private readonly EventLoop _loop;
    private readonly LoopTimer _timer;
    private readonly LoopCompletion<bool> _waiting = new();

    public FetchReader(Fetch fetch, Worker worker, bool isLeader)
    {
        _fetch = fetch;
        _loop = worker.Loop;
        _timer = worker.Loop.Timers.Create(this);
        IsLeader = isLeader;
    }

    /// <summary>Whether it was its request that began the fetch.</summary>
    public bool IsLeader { get; }

    /// <summary>Whether it is among those to be woken up; under the fetch's lock.</summary>
    public bool IsListed { get; set; }

    /// <summary>Whether what was handed on last has still to be taken; under the fetch's lock.</summary>
    public bool IsOwed { get; set; }

    /// <summary>Whether it takes nothing of what is handed on; under the fetch's lock.</summary>
    public bool IsSkipping { get; set; }

    /// <summary>Waits until there is more to know than at <paramref name="version"/>; false when the time is over, or the request.</summary>
    /// <param name="version">What <see cref="Fetch.Version"/> was before the reader looked.</param>
    /// <param name="timeoutMs">0 for as long as it takes.</param>
    public ValueTask<bool> WaitAsync(long version, int timeoutMs)
    {
        if (!_fetch.TryWait(this, version))
        {
            return new ValueTask<bool>(true);
        }

        if (timeoutMs > 0)
        {
            _timer.Set(timeoutMs);
        }

        return _waiting.Begin();
    }

    /// <summary>Has it look again; from any thread, with the fetch's lock held.</summary>
    public void Notify()
    {
        if (EventLoop.Current == _loop)
        {
            // At the end of the tick, when what comes together has come: then it leaves together, too.
            _loop.AtTickEnd(this);
        }
        else
        {
            _loop.Post(WakeUp, this);
        }
    }

    /// <inheritdoc/>
    public void CancelWait()
    {
        if (!_fetch.CancelFor(this))
        {
            End(false);
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer) => End(false);

    /// <inheritdoc/>
    void ITickEndTarget.OnTickEnd() => Wake();

    private void Wake() => End(true);

    private void End(bool result)
    {
        if (_waiting.IsPending)
        {
            _timer.Stop();
            _waiting.Complete(result);
        }
    }
}
