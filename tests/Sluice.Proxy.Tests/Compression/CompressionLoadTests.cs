using System.Diagnostics;
using Sluice.Http.Representations;
using Sluice.Proxy.Compression;
using Sluice.Reactor;
using Sluice.TestKit.Time;
using Xunit;

namespace Sluice.Proxy.Tests.Compression;

public sealed class CompressionLoadTests
{
    private const int Half = 5_000;

    [Fact]
    public async Task Level_FallsWithWhatIsSpent_AndRisesAgain()
    {
        using var loops = new LoopGroup(1, static _ => { }, static (_, _) => { });
        EventLoop loop = loops.Loops[0];
        var load = new CompressionLoad(loop);

        Assert.Equal(5, await LoopGroup.InvokeAsync(loop, _ => load.LevelFor(Half, 5)));
        await SpendUntilAsync(loop, load, 0.7, level => level == 1);
        await SpendUntilAsync(loop, load, 1.5, level => level == -1);
        Assert.Equal(5, await LoopGroup.InvokeAsync(loop, _ => load.LevelFor(10_000, 5)));
        await SpendUntilAsync(loop, load, 0, level => level == 5);
    }

    [Fact]
    public void Memory_OfEncoders_IsBounded()
    {
        using var loops = new LoopGroup(1, static _ => { }, static (_, _) => { });
        var load = new CompressionLoad(loops.Loops[0]);
        int bytes = EncoderMemory.BytesOf(ContentCoding.Zstd, 19, -1);
        int encoders = 0;
        while (load.HasRoomFor(bytes) && encoders < 1_000)
        {
            load.Bytes += bytes;
            encoders++;
        }

        Assert.Equal(5, encoders);
        Assert.True(load.HasRoomFor(EncoderMemory.BytesOf(ContentCoding.Gzip, 9, -1)));
    }

    // Looks every 20 ms, with so much of the time spent in between.
    private static async Task SpendUntilAsync(EventLoop loop, CompressionLoad load, double share, Func<int, bool> isReached)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        long last = Stopwatch.GetTimestamp();
        while (true)
        {
            await ticks.WaitForNextTickAsync(deadline.Token);
            long now = Stopwatch.GetTimestamp();
            long spent = (long)((now - last) * share);
            last = now;
            int level = await LoopGroup.InvokeAsync(loop, _ =>
            {
                load.Add(spent, isOnLoop: false);
                return load.LevelFor(Half, 5);
            });
            if (isReached(level))
            {
                return;
            }
        }
    }
}
