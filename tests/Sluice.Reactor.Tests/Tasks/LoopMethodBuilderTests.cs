using System.Runtime.CompilerServices;
using Sluice.Reactor.Tasks;
using Sluice.TestKit.Measuring;
using Xunit;

namespace Sluice.Reactor.Tests.Tasks;

public sealed class LoopMethodBuilderTests
{
    [Fact]
    public void Method_NeverWaits_IsDoneWithoutABox()
    {
        Assert.Equal(5, ResultOf(Add(2, 3)));
        Assert.Equal(0, Allocations.PerRound(100, static round => _ = ResultOf(Add(round, round))));
    }

    [Fact]
    public async Task Method_ThrowsBeforeItsFirstWait_FaultsTheTaskOnly()
    {
        ValueTask<int> withResult = Fail<int>(before: true, new LoopCompletion<int>());
        Assert.True(withResult.IsFaulted);
        Assert.Equal("before", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await withResult)).Message);
        ValueTask without = FailWithoutResult();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await without);
    }

    [Fact]
    public async Task Method_ThrowsAfterItsWait_FaultsTheTask()
    {
        var completion = new LoopCompletion<int>();
        ValueTask<int> failing = Fail<int>(before: false, completion);
        Assert.False(failing.IsCompleted);
        completion.Complete(1);
        Assert.Equal("after", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await failing)).Message);
    }

    [Fact]
    public void Method_SuspendedManyTimesOver_ReusesItsBoxes()
    {
        LoopCompletion<int>[] completions = [.. Enumerable.Range(0, 1000).Select(static _ => new LoopCompletion<int>())];
        var results = new ValueTask<int>[completions.Length];
        int wrong = 0;
        double allocated = Allocations.PerRound(2, _ =>
        {
            for (int i = 0; i < completions.Length; i++)
            {
                results[i] = Twice(completions[i]);
            }

            for (int i = 0; i < completions.Length; i++)
            {
                completions[i].Complete(i);
                completions[i].Complete(i);
                wrong += ResultOf(results[i]) == 2 * i ? 0 : 1;
            }
        });

        Assert.Equal(0, wrong);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Caller_ReusesTheBoxWhileItsMethodIsStillOnTheStack_BothKeepTheirState()
    {
        var first = new LoopCompletion<int>();
        var second = new LoopCompletion<int>();
        ValueTask<int> chain = Chain(first, second);

        // Completing the first wait ends the inner call; its box goes to the pool and is taken by the next inner call at once, below it.
        first.Complete(20);
        Assert.False(chain.IsCompleted);
        second.Complete(1);
        Assert.Equal(21, ResultOf(chain));
    }

    [Fact]
    public async Task Await_ASecondTime_ThrowsInsteadOfSharingTheBox()
    {
        var completion = new LoopCompletion<int>();
        ValueTask<int> once = Once(completion);
        completion.Complete(4);
        Assert.Equal(4, await once);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await once);

        var other = new LoopCompletion<int>();
        ValueTask<int> next = Once(other);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await once);
        other.Complete(9);
        Assert.Equal(9, await next);
    }

    [Fact]
    public async Task Await_TaskOfThePool_ComesHomeToTheLoop()
    {
        using var reactors = new Reactors(loops: 2);
        (int before, int pool, int after) = await reactors.OnAsync(async loop => await ThereAndBackAsync(loop));
        Assert.Equal(before, after);
        Assert.NotEqual(before, pool);
    }

    // The task is complete: nothing blocks.
    private static int ResultOf(ValueTask<int> task) => task.GetAwaiter().GetResult();

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<(int Before, int Pool, int After)> ThereAndBackAsync(EventLoop loop)
    {
        int before = Environment.CurrentManagedThreadId;
        int pool = await loop.OffloadAsync(static () => Environment.CurrentManagedThreadId);
        await Task.Yield();
        Assert.Same(loop, EventLoop.Current);
        return (before, pool, Environment.CurrentManagedThreadId);
    }

#pragma warning disable CS1998 // A method that is asynchronous by declaration and never waits is the subject here.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<int> Add(int left, int right) => left + right;

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private static async ValueTask FailWithoutResult() => throw new InvalidOperationException("before");
#pragma warning restore CS1998

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<T> Fail<T>(bool before, LoopCompletion<T> completion)
    {
        if (before)
        {
            throw new InvalidOperationException("before");
        }

        await completion.Begin();
        throw new InvalidOperationException("after");
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<int> Once(LoopCompletion<int> completion) => await completion.Begin();

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<int> Twice(LoopCompletion<int> completion) => await completion.Begin() + await completion.Begin();

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<int> Chain(LoopCompletion<int> first, LoopCompletion<int> second) => await Once(first) + await Once(second);
}
