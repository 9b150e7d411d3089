using System.Diagnostics;
using System.Threading.Tasks.Sources;

namespace Sluice.Reactor.Tasks;

/// <summary>
/// The completion of one kind of operation, such as the receives of a socket, reused for one after another: a value-task source whose
/// continuation runs inline on the event loop, inside <see cref="Complete"/>.
/// </summary>
/// <remarks>Belongs to one event loop; one operation is pending at a time, and each value task is awaited once.</remarks>
public sealed class LoopCompletion<TResult> : IValueTaskSource<TResult>
{
    private Action<object?>? _continuation;
    private object? _state;
    private TResult _result = default!;
    private short _version;

    /// <summary>Whether an operation waits.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Begins an operation.</summary>
    public ValueTask<TResult> Begin()
    {
        Debug.Assert(!IsPending, "One operation of a kind at a time.");
        IsPending = true;
        return new ValueTask<TResult>(this, ++_version);
    }

    /// <summary>Ends the pending operation and runs what awaits it. May re-enter the socket, even close it.</summary>
    public void Complete(TResult result)
    {
        Debug.Assert(IsPending, "Nothing is pending.");
        IsPending = false;
        _result = result;
        Action<object?>? continuation = _continuation;
        if (continuation is null)
        {
            return;
        }

        object? state = _state;
        _continuation = null;
        _state = null;
        continuation(state);
    }

    /// <inheritdoc/>
    public TResult GetResult(short token)
    {
        Debug.Assert(token == _version && !IsPending, "The result is taken once, when it is there.");
        return _result;
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => IsPending ? ValueTaskSourceStatus.Pending : ValueTaskSourceStatus.Succeeded;

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        if (!IsPending)
        {
            continuation(state);
            return;
        }

        _continuation = continuation;
        _state = state;
    }
}
