using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Upstreams;

/// <summary>Requests of one worker that wait for the same thing: those that matter more first, and among equals in the order in which they came.</summary>
/// <remarks>For the worker's loop alone, but for the count.</remarks>
/// <param name="worker">The worker.</param>
internal sealed class RequestQueue(Worker worker)
{
    private readonly Stack<QueuedRequest> _free = new();
    private QueuedRequest? _last;
    private int _count;

    /// <summary>The worker.</summary>
    public Worker Worker => worker;

    /// <summary>The one whose turn is next; null when nobody waits.</summary>
    public QueuedRequest? First { get; private set; }

    /// <summary>How many wait; any thread, which may see a moment ago.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Makes a place for a request: if the queue is full, that of the last one, if that matters less. False when there is none.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="max">How many may wait.</param>
    /// <param name="error">Why the one that has to go fails.</param>
    public bool TryMakeRoom(Exchange exchange, int max, ProxyErrorCode error)
    {
        if (_count < max)
        {
            return true;
        }

        if (_last is not { } last || last.Priority >= QueuedRequest.PriorityOf(exchange))
        {
            return false;
        }

        Forget(last);
        last.Fail(error);
        return true;
    }

    /// <summary>Puts a request into the queue. Whatever its reader does next, other threads see the count before.</summary>
    public QueuedRequest Enqueue(Exchange exchange, bool waitsForConnect = false)
    {
        QueuedRequest waiter = _free.Count > 0 ? _free.Pop() : new QueuedRequest(this);
        waiter.Begin(exchange, waitsForConnect);
        exchange.Waiting = waiter;
        Insert(waiter);
        Volatile.Write(ref _count, _count + 1);
        Interlocked.MemoryBarrier();
        return waiter;
    }

    /// <summary>Takes the next one out; null when nobody waits.</summary>
    public QueuedRequest? TryDequeue()
    {
        QueuedRequest? waiter = First;
        if (waiter is not null)
        {
            Forget(waiter);
        }

        return waiter;
    }

    /// <summary>Takes one out that gives up.</summary>
    public void Forget(QueuedRequest waiter)
    {
        if (waiter.Previous is null)
        {
            First = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = null;
        waiter.Previous = null;
        Volatile.Write(ref _count, _count - 1);
    }

    /// <summary>Takes back what waited, for another request.</summary>
    public void Recycle(QueuedRequest waiter) => _free.Push(waiter);

    // Behind those that matter as much or more.
    private void Insert(QueuedRequest waiter)
    {
        QueuedRequest? before = _last;
        while (before is not null && before.Priority < waiter.Priority)
        {
            before = before.Previous;
        }

        QueuedRequest? behind = before is null ? First : before.Next;
        waiter.Previous = before;
        waiter.Next = behind;
        if (before is null)
        {
            First = waiter;
        }
        else
        {
            before.Next = waiter;
        }

        if (behind is null)
        {
            _last = waiter;
        }
        else
        {
            behind.Previous = waiter;
        }
    }
}
