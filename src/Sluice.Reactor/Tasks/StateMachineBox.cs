using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Sluice.Reactor.Tasks;

/// <summary>The heap home of one suspended call of an <c>async</c> method, taken from the loop's pool and returned when its result is read.</summary>
/// <typeparam name="TResult">What the method returns; <see cref="Nothing"/> for a method without a result.</typeparam>
internal abstract class StateMachineBox<TResult> : IValueTaskSource<TResult>, IValueTaskSource
{
    private Action<object?>? _continuation;
    private object? _continuationState;
    private Exception? _exception;
    private TResult _result = default!;
    private bool _completed;

    /// <summary>Tells the calls apart that use this box one after another.</summary>
    public short Version { get; private set; }

    /// <summary>Resumes the method; one delegate for the life of the box.</summary>
    public Action MoveNextAction { get; protected init; } = null!;

    /// <summary>Ends the call with a result and runs what awaits it, inline.</summary>
    public void SetResult(TResult result)
    {
        _result = result;
        SignalCompletion();
    }

    /// <summary>Ends the call with an exception.</summary>
    public void SetException(Exception exception)
    {
        _exception = exception;
        SignalCompletion();
    }

    /// <summary>Ends a call whose result nobody reads.</summary>
    public void Discard()
    {
        Version++;
        ReturnToPool();
    }

    /// <inheritdoc/>
    public TResult GetResult(short token)
    {
        // Checked in every build: a box that is returned twice would be lent to two calls at once.
        ThrowIfStale(token, _completed);
        TResult result = _result;
        Exception? exception = _exception;
        _result = default!;
        _exception = null;
        _completed = false;
        Version++;
        ReturnToPool();
        if (exception is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        }

        return result;
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token)
    {
        ThrowIfStale(token, true);
        return !_completed ? ValueTaskSourceStatus.Pending : _exception is null ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Faulted;
    }

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        ThrowIfStale(token, _continuation is null);
        if (_completed)
        {
            continuation(state);
            return;
        }

        _continuation = continuation;
        _continuationState = state;
    }

    /// <summary>Puts the box back for the next call.</summary>
    protected abstract void ReturnToPool();

    private void ThrowIfStale(short token, bool inOrder)
    {
        if (token != Version || !inOrder)
        {
            throw new InvalidOperationException("A value task was awaited twice, or its result taken before it was there.");
        }
    }

    private void SignalCompletion()
    {
        _completed = true;
        Action<object?>? continuation = _continuation;
        if (continuation is not null)
        {
            object? state = _continuationState;
            _continuation = null;
            _continuationState = null;
            continuation(state);
        }
    }
}
