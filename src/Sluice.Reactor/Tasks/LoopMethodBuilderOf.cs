using System.Runtime.CompilerServices;

namespace Sluice.Reactor.Tasks;

/// <summary><see cref="LoopMethodBuilder"/> for methods with a result: <c>[AsyncMethodBuilder(typeof(LoopMethodBuilder&lt;&gt;))]</c>.</summary>
public struct LoopMethodBuilder<TResult>
{
    private StateMachineBox<TResult>? _box;
    private TResult _result;

    /// <summary>What the caller awaits.</summary>
    public readonly ValueTask<TResult> Task => _box is null ? new ValueTask<TResult>(_result) : new ValueTask<TResult>(_box, _box.Version);

    /// <summary>Called by the compiler.</summary>
#pragma warning disable CA1000 // The compiler asks for a static method of this name on the generic builder.
    public static LoopMethodBuilder<TResult> Create() => default;
#pragma warning restore CA1000

    /// <summary>Called by the compiler: runs the method up to its first wait.</summary>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    /// <summary>Called by the compiler; boxes are made by the await methods instead.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>Called by the compiler.</summary>
    public void SetResult(TResult result)
    {
        if (_box is null)
        {
            _result = result;
        }
        else
        {
            _box.SetResult(result);
        }
    }

    /// <summary>Called by the compiler. Before the first wait there is no box yet; one is made to carry the exception.</summary>
    public void SetException(Exception exception) => (_box ??= StateMachineBoxOf<TResult, NoStateMachine>.Rent()).SetException(exception);

    /// <summary>Called by the compiler.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(LoopMethodBuilder.BoxOf(ref stateMachine, ref _box).MoveNextAction);

    /// <summary>Called by the compiler.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(LoopMethodBuilder.BoxOf(ref stateMachine, ref _box).MoveNextAction);
}
