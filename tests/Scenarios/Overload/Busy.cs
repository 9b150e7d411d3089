using System.Diagnostics;
using Sluice.Reactor;

namespace Sluice.Scenarios.Overload;

/// <summary>Work that keeps an event loop from its connections, again and again.</summary>
/// <param name="loop">The loop.</param>
/// <param name="milliseconds">How long it is kept each time.</param>
internal sealed class Busy(EventLoop loop, int milliseconds)
{
    private volatile bool _ends;

    /// <summary>Begins.</summary>
    internal void Begin() => loop.Post(_ => Work(), null);

    /// <summary>Ends with what is being done.</summary>
    internal void End() => _ends = true;

    private void Work()
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds && !_ends)
        {
            Thread.SpinWait(1_000);
        }

        if (!_ends)
        {
            loop.Post(_ => Work(), null);
        }
    }
}
