using Sluice.Reactor;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Compression;

/// <summary>
/// Who compresses when a turn of the loop has had its part of that: those who wait go one after another at the end of each following turn, and nobody who comes passes them by. Belongs to the worker.
/// </summary>
/// <remarks>
/// Those who have begun, and not been at it for long, go before those who haven't: what an encoder has in the processor's caches is still there then, and there are few encoders at a time. The queues have as
/// many entries as there are responses that are being compressed.
/// </remarks>
internal sealed class CompressionTurns(EventLoop loop, CompressionLoad load) : ITickEndTarget
{
    // Whoever is at it for longer lets others begin meanwhile.
    private const long ShortBytes = 256 * 1024;

    private readonly Queue<LoopCompletion<bool>> _begun = new();
    private readonly Queue<LoopCompletion<bool>> _others = new();
    private bool _isComing;

    /// <summary>Whether whoever comes now has to wait.</summary>
    public bool MustWait => IsAwaited || load.HasHadItsTurn;

    private bool IsAwaited => _begun.Count + _others.Count > 0;

    /// <summary>Waits for a turn.</summary>
    /// <param name="own">The caller's.</param>
    /// <param name="bytesDone">How much of its content, as it is without an encoding, is behind it.</param>
    public ValueTask<bool> WaitAsync(LoopCompletion<bool> own, long bytesDone)
    {
        ValueTask<bool> turn = own.Begin();
        (bytesDone is > 0 and < ShortBytes ? _begun : _others).Enqueue(own);
        Come();
        return turn;
    }

    /// <inheritdoc/>
    void ITickEndTarget.OnTickEnd()
    {
        _isComing = false;
        do
        {
            // At least one: a turn may have had its part before this.
            if (_begun.TryDequeue(out LoopCompletion<bool>? next) || _others.TryDequeue(out next))
            {
                next.Complete(true);
            }
        }
        while (IsAwaited && !load.HasHadItsTurn);
        if (IsAwaited)
        {
            Come();
        }
    }

    private void Come()
    {
        if (!_isComing)
        {
            _isComing = true;
            loop.AtTickEnd(this);
        }
    }
}
