namespace Sluice.Reactor;

/// <summary>Brings continuations of other threads (a library's, a timer's, the thread pool's) home to their event loop.</summary>
internal sealed class LoopSynchronizationContext : SynchronizationContext
{
    private readonly EventLoop _loop;

    public LoopSynchronizationContext(EventLoop loop) => _loop = loop;

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _loop.Post(new Action<object?>(d), state);

    /// <inheritdoc/>
    /// <remarks>Waiting for a loop to do something would block a thread on it; from the loop itself it would never end.</remarks>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing waits for an event loop.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;
}
