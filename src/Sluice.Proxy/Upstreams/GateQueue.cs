using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Upstreams;

/// <summary>Requests of one worker that wait at a gate. For the worker's loop, but for <see cref="Count"/> and <see cref="Wake"/>.</summary>
internal sealed class GateQueue(RequestGate gate, Worker worker)
{
    private readonly RequestQueue _requests = new(worker);

    /// <summary>How many wait; any thread, which may see a moment ago.</summary>
    public int Count => _requests.Count;

    /// <summary>Puts a request into the queue; null when that is full of what matters as much.</summary>
    public QueuedRequest? TryEnqueue(Exchange exchange, int max, ProxyErrorCode error)
    {
        if (!_requests.TryMakeRoom(exchange, max, error))
        {
            return null;
        }

        QueuedRequest waiter = _requests.Enqueue(exchange);
        if (gate.Limit == 0 || gate.Admitted < gate.Limit)
        {
            // A place became free before it could be seen that somebody waits.
            Wake();
        }

        return waiter;
    }

    /// <inheritdoc cref="RequestQueue.Recycle"/>
    public void Recycle(QueuedRequest waiter) => _requests.Recycle(waiter);

    /// <summary>Has it let requests through, in its loop's next turn: whoever says so is in the middle of something. Any thread.</summary>
    public void Wake() => worker.Loop.Post(static state => ((GateQueue)state!).Admit(), this);

    private void Admit()
    {
        while (_requests.First is not null && gate.TryTake())
        {
            QueuedRequest waiter = _requests.TryDequeue()!;
            waiter.IsAdmitted = true;
            waiter.Complete(null);
        }

        // It was woken for a place that those who waited don't need any more.
        if (_requests.First is null && gate.Admitted < gate.Limit)
        {
            gate.WakeNext(worker.Index);
        }
    }
}
