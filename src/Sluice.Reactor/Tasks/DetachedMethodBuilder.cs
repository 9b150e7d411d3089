using System.Runtime.CompilerServices;

namespace Sluice.Reactor.Tasks;

/// <summary><see cref="LoopMethodBuilder"/> for methods that nobody awaits: what they return is complete from the beginning, and their box goes back by itself.</summary>
/// <remarks>An exception that escapes such a method is told to the loop as a bug; elsewhere it would be lost. Use: <c>[AsyncMethodBuilder(typeof(DetachedMethodBuilder))]</c>.</remarks>
public struct DetachedMethodBuilder
{
    private StateMachineBox<Nothing>? _box;

    /// <summary>Nothing to wait for.</summary>
    public readonly ValueTask Task => default;

    /// <summary>Called by the compiler.</summary>
    public static DetachedMethodBuilder Create() => default;

    /// <summary>Called by the compiler: runs the method up to its first wait.</summary>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();

    /// <summary>Called by the compiler; boxes are made by the await methods instead.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>Called by the compiler.</summary>
    public readonly void SetResult() => _box?.Discard();

    /// <summary>Called by the compiler.</summary>
    public readonly void SetException(Exception exception)
    {
        _box?.Discard();
        EventLoop.Current?.OnBug(exception);
    }

    /// <summary>Called by the compiler.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.OnCompleted(LoopMethodBuilder.BoxOf(ref stateMachine, ref _box).MoveNextAction);

    /// <summary>Called by the compiler.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => awaiter.UnsafeOnCompleted(LoopMethodBuilder.BoxOf(ref stateMachine, ref _box).MoveNextAction);
}
