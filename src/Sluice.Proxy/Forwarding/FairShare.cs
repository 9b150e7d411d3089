using Sluice.Reactor;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Forwarding;

/// <summary>Keeps a transfer between two fast peers from having the loop to itself: after so many parts without a wait it lets the others go first.</summary>
internal sealed class FairShare
{
    // 16 parts of 32 KiB take well below a millisecond.
    private const int PartsMax = 16;

    private static readonly Action<object?> Resume = static state => ((FairShare)state!).EndTurn();

    private readonly EventLoop _loop;
    private readonly LoopCompletion<bool> _turn = new();
    private int _parts;
    private long _tickTimestamp;
    private bool _stopped;

    public FairShare(EventLoop loop) => _loop = loop;

    /// <summary>Begins a transfer.</summary>
    public void Begin() => _stopped = false;

    /// <summary>Tells a transfer that waits for its turn, where nothing else can reach it, that it is no longer wanted.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Counts a part; waits for the next turn of the loop when the transfer has had its share of this one. False when it was stopped.</summary>
    public ValueTask<bool> TakeAsync()
    {
        if (_tickTimestamp != _loop.NowTimestamp)
        {
            _tickTimestamp = _loop.NowTimestamp;
            _parts = 0;
        }

        if (++_parts < PartsMax)
        {
            return new ValueTask<bool>(!_stopped);
        }

        ValueTask<bool> turn = _turn.Begin();
        _loop.Post(Resume, this);
        return turn;
    }

    private void EndTurn() => _turn.Complete(!_stopped);
}
