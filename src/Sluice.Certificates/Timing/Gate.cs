namespace Sluice.Certificates.Timing;

/// <summary>Lets so many in at once, the others in the order in which they came. Waiting at it is waiting to the clock. Any thread.</summary>
internal sealed class Gate(WorkClock clock, int places)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Pause> _waiting = new();
    private int _freeCount = places;

    /// <summary>Waits for a place; disposing what it returns gives the place back.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken ct)
    {
        while (true)
        {
            LinkedListNode<Pause> node;
            lock (_lock)
            {
                if (_freeCount > 0)
                {
                    _freeCount--;
                    return new Place(this);
                }

                node = _waiting.AddLast(new Pause(clock, TimeSpan.FromDays(1), ct));
            }

            try
            {
                await node.Value.Ended;
            }
            catch (OperationCanceledException)
            {
                // It may have been woken for a place that it doesn't take any more.
                WakeNext(without: node);
                throw;
            }

            Forget(node);
        }
    }

    private void Forget(LinkedListNode<Pause> node)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _waiting.Remove(node);
            }
        }
    }

    private void Release()
    {
        lock (_lock)
        {
            _freeCount++;
        }

        WakeNext(without: null);
    }

    // Who is woken may find that somebody else was quicker, and queues again.
    private void WakeNext(LinkedListNode<Pause>? without)
    {
        Pause? next = null;
        lock (_lock)
        {
            if (without?.List is not null)
            {
                _waiting.Remove(without);
            }

            if (_freeCount > 0 && _waiting.First is { } first)
            {
                next = first.Value;
                _waiting.RemoveFirst();
            }
        }

        next?.End();
    }

    private sealed class Place(Gate gate) : IDisposable
    {
        private Gate? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Release();
    }
}
