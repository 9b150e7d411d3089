namespace Sluice.Proxy.Overload;

/// <summary>The pressure of one event loop's delay, from looks at regular times. For one thread at a time.</summary>
/// <remarks>
/// It is what every one of the last looks has seen: a single long pause, as of the garbage collector or of a machine that stands still, is none, however long: what a loop is busy with
/// counts at one look, and once more when it has ended. It falls by a bit with each look, so that a loop which has time again because requests were turned away isn't flooded at once.
/// </remarks>
internal sealed class DelayPressure
{
    // At four looks a second, 2 s.
    private const int Looks = 8;
    private const double FallMax = 0.05;

    private readonly double[] _recent = new double[Looks];
    private int _next;
    private long _workingSinceMs;
    private double _pressure;

    /// <summary>The pressure with another look, 0 to 1.</summary>
    /// <param name="longestMs">The longest that the loop was busy since the last look, in milliseconds.</param>
    /// <param name="maxMs">What counts as 1.</param>
    /// <param name="workingSinceMs">Since when the loop has been busy, in <see cref="Reactor.LoopClock"/> milliseconds; 0 while it waits.</param>
    public double Add(long longestMs, int maxMs, long workingSinceMs)
    {
        bool isSame = workingSinceMs != 0 && workingSinceMs == _workingSinceMs;
        _workingSinceMs = workingSinceMs;
        if (isSame)
        {
            return _pressure;
        }

        _recent[_next] = Math.Min((double)longestMs / maxMs, 1);
        _next = (_next + 1) % Looks;
        double sustained = _recent.Min();
        _pressure = Math.Max(sustained, _pressure - FallMax);
        return _pressure;
    }
}
