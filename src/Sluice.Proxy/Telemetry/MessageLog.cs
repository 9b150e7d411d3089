using System.Collections.Concurrent;
using Sluice.Reactor;

namespace Sluice.Proxy.Telemetry;

/// <summary>The program's own messages, a line each. Any thread.</summary>
internal sealed class MessageLog
{
    private const int IntervalMs = 1_000;

    // Servers come and go with reloads; above this the kinds that were written last are forgotten with the others, which costs a line each.
    private const int KindsMax = 10_000;

    private readonly Action<string> _write;
    private readonly ConcurrentDictionary<string, long> _nextMs = new();
    private int _bugs;

    public MessageLog(Action<string> write) => _write = write;

    /// <summary>Bugs reported so far.</summary>
    public int BugCount => Volatile.Read(ref _bugs);

    /// <summary>Writes a message.</summary>
    public void Write(string message) => _write(message);

    /// <summary>Writes a message unless one of its kind was written within the last second.</summary>
    public void Limited(string kind, string message)
    {
        long nowMs = LoopClock.NowMs;
        if (_nextMs.Count > KindsMax)
        {
            _nextMs.Clear();
        }

        long nextMs = _nextMs.GetOrAdd(kind, 0);
        if (nowMs >= nextMs && _nextMs.TryUpdate(kind, nowMs + IntervalMs, nextMs))
        {
            _write(message);
        }
    }

    /// <summary>Writes down a bug with all that is known of it.</summary>
    public void Bug(Exception exception)
    {
        Interlocked.Increment(ref _bugs);
        Limited("bug", $"bug: {exception}");
    }
}
