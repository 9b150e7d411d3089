using System.Runtime.CompilerServices;

namespace Sluice.Reactor.Tasks;

/// <summary>Builds <c>async ValueTask</c> methods that wait on the request path: suspended calls live in boxes of the loop's own pool.</summary>
/// <remarks>
/// Why not the framework's pooling builder: it keeps one box per thread and core, which with 64 requests in flight still allocated 265 bytes a
/// request. Here a method that was suspended a thousand times at once costs nothing the next time. No execution context flows: there is none
/// to flow on an event loop. Use: <c>[AsyncMethodBuilder(typeof(LoopMethodBuilder))]</c>.
/// </remarks>
public struct LoopMethodBuilder
{
    private StateMachineBox<Nothing>? _box;

    /// <summary>What the caller awaits.</summary>
    public readonly ValueTask Task => _box is null ? default : new ValueTask(_box, _box.Version);

    /// <summary>Called by the compiler.</summary>
    public static LoopMethodBuilder Create() => default;

    /// <summary>Called by the compiler: runs the method up to its first wait.</summary>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    /// <summary>Called by the compiler; boxes are made by the await methods instead.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>Called by the compiler.</summary>
    public readonly void SetResult() => _box?.SetResult(default);

    /// <summary>Called by the compiler. Before the first wait there is no box yet; one is made to carry the exception.</summary>
    public void SetException(Exception exception) => (_box ??= StateMachineBoxOf<Nothing, NoStateMachine>.Rent()).SetException(exception);

    /// <summary>Called by the compiler.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(BoxOf(ref stateMachine, ref _box).MoveNextAction);

    /// <summary>Called by the compiler.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(BoxOf(ref stateMachine, ref _box).MoveNextAction);

    // The builder is a field of the state machine, so the box is stored in it before the state machine is copied into the box.
    internal static StateMachineBox<TResult> BoxOf<TResult, TStateMachine>(ref TStateMachine stateMachine, ref StateMachineBox<TResult>? field)
        where TStateMachine : IAsyncStateMachine
    {
        if (field is not null)
        {
            return field;
        }

        StateMachineBoxOf<TResult, TStateMachine> box = StateMachineBoxOf<TResult, TStateMachine>.Rent();
        field = box;
        box.StateMachine = stateMachine;
        return box;
    }
}
