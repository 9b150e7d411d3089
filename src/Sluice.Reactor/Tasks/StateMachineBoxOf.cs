using System.Runtime.CompilerServices;

namespace Sluice.Reactor.Tasks;

/// <summary>A <see cref="StateMachineBox{TResult}"/> for one method, pooled per thread and therefore per event loop.</summary>
internal sealed class StateMachineBoxOf<TResult, TStateMachine> : StateMachineBox<TResult>
    where TStateMachine : IAsyncStateMachine
{
    // As many calls of one method as may be suspended on a loop at once and still cost nothing; more are left to the collector.
    private const int PooledMax = 16_384;

    [ThreadStatic]
    private static StateMachineBoxOf<TResult, TStateMachine>? Pool;

    [ThreadStatic]
    private static int PooledCount;

    private StateMachineBoxOf<TResult, TStateMachine>? _next;

    private StateMachineBoxOf() => MoveNextAction = MoveNext;

    /// <summary>The suspended call.</summary>
    public TStateMachine? StateMachine;

    /// <summary>A box out of this thread's pool.</summary>
    public static StateMachineBoxOf<TResult, TStateMachine> Rent()
    {
        StateMachineBoxOf<TResult, TStateMachine>? box = Pool;
        if (box is null)
        {
            return new StateMachineBoxOf<TResult, TStateMachine>();
        }

        Pool = box._next;
        PooledCount--;
        box._next = null;
        return box;
    }

    /// <inheritdoc/>
    protected override void ReturnToPool()
    {
        // What the call referred to must not live on in the pool.
        StateMachine = default;
        if (PooledCount < PooledMax)
        {
            PooledCount++;
            _next = Pool;
            Pool = this;
        }
    }

    private void MoveNext() => StateMachine!.MoveNext();
}
