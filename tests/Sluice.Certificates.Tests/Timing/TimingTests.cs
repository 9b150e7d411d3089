using Sluice.Certificates.Timing;
using Sluice.TestKit.Time;

namespace Sluice.Certificates.Tests.Timing;

public class TimingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ManualTimeProvider _time = new();
    private readonly WorkClock _clock;

    public TimingTests() => _clock = new WorkClock(_time);

    [Fact]
    public async Task Clock_WhileWorkWaits_IsIdleAndBusyAgainAtTheMomentItsTimeComes()
    {
        var go = new TaskCompletionSource();
        Task work = _clock.Start(async () =>
        {
            await _clock.WaitAsync(TimeSpan.FromHours(1), default);
            await go.Task;
        });
        await _clock.WhenIdleAsync().WaitAsync(Patience);
        Assert.False(work.IsCompleted);

        _time.Advance(TimeSpan.FromHours(1));
        Task idle = _clock.WhenIdleAsync();
        Assert.False(idle.IsCompleted);
        go.SetResult();
        await idle.WaitAsync(Patience);
        await work.WaitAsync(Patience);
    }

    [Fact]
    public async Task Wait_ThatIsCancelled_EndsAtOnce()
    {
        using var source = new CancellationTokenSource();
        Task work = _clock.Start(() => _clock.WaitAsync(TimeSpan.FromHours(1), source.Token));
        await _clock.WhenIdleAsync().WaitAsync(Patience);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work.WaitAsync(Patience));
        Assert.Null(_time.NextDue);
    }

    [Fact]
    public async Task Signal_SetBeforeTheWait_IsKept()
    {
        var signal = new WakeSignal(_clock);
        signal.Set();
        _clock.Enter();

        await signal.WaitAsync(TimeSpan.FromHours(1), default).WaitAsync(Patience);
        Task second = signal.WaitAsync(TimeSpan.FromHours(1), default);
        Assert.False(second.IsCompleted);
        signal.Set();
        await second.WaitAsync(Patience);
    }

    [Fact]
    public async Task Gate_WithTwoPlaces_LetsTwoInAndTheRestOneByOne()
    {
        var gate = new Gate(_clock, 2);
        int inside = 0;
        int most = 0;
        Task[] work = [.. Enumerable.Range(0, 20).Select(_ => _clock.Start(async () =>
        {
            using IDisposable place = await gate.EnterAsync(default);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await _clock.WaitAsync(TimeSpan.FromSeconds(1), default);
            Interlocked.Decrement(ref inside);
        }))];

        for (int second = 0; second < 10; second++)
        {
            await _clock.WhenIdleAsync().WaitAsync(Patience);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await Task.WhenAll(work).WaitAsync(Patience);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Gate_WhenAWaiterIsCancelled_LosesNoPlace()
    {
        var gate = new Gate(_clock, 1);
        _clock.Enter();
        IDisposable held = await gate.EnterAsync(default);
        using var source = new CancellationTokenSource();
        Task cancelled = _clock.Start(() => gate.EnterAsync(source.Token));
        Task<IDisposable>? third = null;
        Task starting = _clock.Start(() => third = gate.EnterAsync(default));

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Patience));
        held.Dispose();

        await starting.WaitAsync(Patience);
        Assert.NotNull(await third!);
    }

    [Fact]
    public void RateWindow_OfThreePerMinute_IsExactAtEveryMoment()
    {
        var rate = new RateWindow(_clock, 3, TimeSpan.FromMinutes(1));
        Assert.True(rate.TryTake(out _));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(rate.TryTake(out _) && rate.TryTake(out _));
        Assert.False(rate.TryTake(out TimeSpan wait));
        Assert.Equal(TimeSpan.FromSeconds(30), wait);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(rate.TryTake(out _));
        Assert.False(rate.TryTake(out _));
    }
}
