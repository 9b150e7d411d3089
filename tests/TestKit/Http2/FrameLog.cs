using System.Collections;

namespace Sluice.TestKit.Http2;

/// <summary>The frames that one side received, in their order. One task adds; who looks sees those that were there when it began. Any thread.</summary>
internal sealed class FrameLog : IReadOnlyList<WireFrame>
{
    private readonly Lock _lock = new();
    private WireFrame[] _frames = new WireFrame[16];
    private int _count;

    /// <inheritdoc/>
    public int Count => Snapshot().Count;

    /// <inheritdoc/>
    public WireFrame this[int index] => Snapshot()[index];

    /// <inheritdoc/>
    public IEnumerator<WireFrame> GetEnumerator() => ((IEnumerable<WireFrame>)Snapshot()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds the newest.</summary>
    internal void Add(WireFrame frame)
    {
        lock (_lock)
        {
            if (_count == _frames.Length)
            {
                Array.Resize(ref _frames, 2 * _count);
            }

            _frames[_count++] = frame;
        }
    }

    // What lies below the count never changes, so that nothing is copied.
    private ArraySegment<WireFrame> Snapshot()
    {
        lock (_lock)
        {
            return new ArraySegment<WireFrame>(_frames, 0, _count);
        }
    }
}
