namespace Sluice.Admin.Reloading;

public sealed class ReloadTurnsTests
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Requests_WhileOneRuns_ShareOneFurtherReload()
    {
        using var mayEnd = new SemaphoreSlim(0);
        using var hasBegun = new SemaphoreSlim(0);
        int running = 0;
        int count = 0;
        var turns = new ReloadTurns(trigger =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            hasBegun.Release();
            mayEnd.Wait();
            Interlocked.Decrement(ref running);
            return new ReloadOutcome(DateTimeOffset.UnixEpoch.AddSeconds(++count), trigger);
        });

        Task<ReloadOutcome> first = turns.RequestAsync("first");
        Assert.True(await hasBegun.WaitAsync(TimeMax));
        Task<ReloadOutcome>[] others = [.. Enumerable.Range(0, 50).Select(number => turns.RequestAsync("other " + number))];
        mayEnd.Release();
        await first.WaitAsync(TimeMax);
        mayEnd.Release();
        ReloadOutcome[] outcomes = await Task.WhenAll(others).WaitAsync(TimeMax);

        Assert.All(outcomes, outcome => Assert.Same(outcomes[0], outcome));
        Assert.NotSame(await first, outcomes[0]);
        Assert.Equal(("other 0", 2), (outcomes[0].Trigger, count));
    }

    [Fact]
    public async Task Requests_OneAfterAnother_EachReload()
    {
        int count = 0;
        var turns = new ReloadTurns(trigger => new ReloadOutcome(DateTimeOffset.UnixEpoch.AddSeconds(++count), trigger));

        await turns.RequestAsync("a").WaitAsync(TimeMax);
        await turns.RequestAsync("b").WaitAsync(TimeMax);

        Assert.Equal(2, count);
    }
}
