using Sluice.Proxy.Compression;
using Sluice.Reactor;
using Sluice.Reactor.Tasks;
using Sluice.TestKit.Time;
using Xunit;

namespace Sluice.Proxy.Tests.Compression;

public sealed class CompressionTurnsTests
{
    [Fact]
    public async Task Turns_AreFirstForThoseWhoHaveBegun_AndNotBeenAtItForLong()
    {
        using var loops = new LoopGroup(1, static _ => { }, static (_, _) => { });
        EventLoop loop = loops.Loops[0];
        var order = new List<string>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool[] mustWait = await LoopGroup.InvokeAsync(loop, own =>
        {
            var turns = new CompressionTurns(own, new CompressionLoad(own));
            bool before = turns.MustWait;
            _ = TakeAsync(turns, "new 1", 0);
            _ = TakeAsync(turns, "new 2", 0);
            _ = TakeAsync(turns, "long", 256 * 1024);
            _ = TakeAsync(turns, "begun 1", 1);
            _ = TakeAsync(turns, "begun 2", (256 * 1024) - 1);
            return (bool[])[before, turns.MustWait];
        });
        await done.Task.WaitAsync(Patience.PerStep);

        Assert.Equal([false, true], mustWait);
        Assert.Equal(["begun 1", "begun 2", "new 1", "new 2", "long"], order);

        async Task TakeAsync(CompressionTurns turns, string name, long bytesDone)
        {
            await turns.WaitAsync(new LoopCompletion<bool>(), bytesDone);
            order.Add(name);
            if (order.Count == 5)
            {
                done.SetResult();
            }
        }
    }
}
