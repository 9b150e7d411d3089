using System.Net;
using Sluice.Reactor.Sockets;
using Xunit;

namespace Sluice.Reactor.Tests;

public sealed class LoopGroupTests
{
    [Fact]
    public async Task Threads_AsManyAsCores_ArePinnedOneToEach()
    {
        using var reactors = new Reactors(LoopGroup.UsableCoreCount);
        var seen = new HashSet<string>();
        foreach (EventLoop loop in reactors.Group.Loops)
        {
            string cores = await LoopGroup.InvokeAsync(loop, static _ => AllowedCores());
            Assert.DoesNotContain(cores, static letter => letter is ',' or '-');
            Assert.True(seen.Add(cores), "Two loops share a core.");
        }
    }

    [Fact]
    public async Task Offload_FromAPinnedLoop_RunsOnThreadsThatAreNotPinned()
    {
        using var reactors = new Reactors(LoopGroup.UsableCoreCount);
        string all = AllowedCores();
        string[] pool = await reactors.OnAsync(async loop =>
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => loop.OffloadAsync(AllowedCores))));
        Assert.All(pool, cores => Assert.Equal(all, cores));
    }

    [Fact]
    public async Task Threads_FewerOrMoreThanCores_AreNotPinned()
    {
        using var reactors = new Reactors(LoopGroup.UsableCoreCount + 1);
        Assert.Equal(AllowedCores(), await reactors.On(static _ => AllowedCores()));
    }

    [Trait("Case", "L-13")]
    [Fact]
    public async Task Watchdog_LoopBlocked_ReportsItOnceWithItsNumber()
    {
        using var reactors = new Reactors(loops: 2);
        using var release = new ManualResetEventSlim();
        reactors.Group.Loops[1].Post(_ => release.Wait(Reactors.Patience), null);
        Assert.True(SpinWait.SpinUntil(() => !reactors.Stalls.IsEmpty, Reactors.Patience));
        release.Set();
        Assert.True(reactors.Stalls.TryDequeue(out (int Loop, long Ms) stall));
        Assert.Equal(1, stall.Loop);
        Assert.InRange(stall.Ms, 1000, 10_000);
        await LoopGroup.InvokeAsync(reactors.Group.Loops[1], static _ => true).WaitAsync(Reactors.Patience);
        Assert.Empty(reactors.Stalls);
    }

    [Fact]
    public async Task Dispose_Twice_IsHarmless()
    {
        var group = new LoopGroup(2, static _ => { }, static (_, _) => { });
        Assert.Equal(1, await LoopGroup.InvokeAsync(group.Loops[1], static loop => loop.Index));
        group.Dispose();
        group.Dispose();
    }

    [Fact]
    public async Task ReusePort_TwoLoops_ShareTheConnections()
    {
        using var reactors = new Reactors(loops: 2);
        ListeningSocket[] sockets = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), 2);
        CollectingAcceptor[] acceptors = [new(), new()];
        int[] counts = new int[2];
        var all = new CountdownEvent(200);
        for (int i = 0; i < 2; i++)
        {
            int number = i;
            acceptors[i].Accepted = (_, _) =>
            {
                counts[number]++;
                all.Signal();
            };
            await LoopGroup.InvokeAsync(reactors.Group.Loops[i], loop => new Listener(loop, sockets[number], 0, acceptors[number]));
        }

        for (int i = 0; i < 200; i++)
        {
            reactors.Connect(sockets[0].EndPoint);
        }

        Assert.True(all.Wait(Reactors.Patience));

        // The kernel spreads by a hash of the addresses; 200 connections all on one side would have a chance of 2^-199.
        Assert.All(counts, static count => Assert.InRange(count, 1, 199));
        Assert.Equal(200, counts.Sum());
        Array.ForEach(sockets, static socket => socket.Dispose());
    }

    private static string AllowedCores() =>
        File.ReadLines("/proc/thread-self/status").First(static line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split('\t')[1];
}
