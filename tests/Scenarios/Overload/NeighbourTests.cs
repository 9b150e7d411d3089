using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Overload;

/// <summary>Others that take what a proxy needs, on its machine and in its process: whoever asks for its health is still answered.</summary>
[Collection(nameof(OverloadTests))]
public sealed class NeighbourTests
{
    private const int Questions = 50;
    private static readonly TimeSpan Health = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // A request needs no thread but that of its loop. What asks here must not need one either.
    [Trait("Case", "L-13")]
    [Fact]
    public async Task ThreadPool_OfWhichEveryThreadIsBlocked_IsNotMissed()
    {
        await using ProxyFixture origin = Start();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { Overload = null }, new Transcript(), new ServerPlan(ServerAddresses.Of(origin.EndPoint)));

        // Not disposed: those that wait for it may still begin to when the test has ended.
        var release = new ManualResetEventSlim();
        int blocked = 0;

        TimeSpan best = await Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < ThreadPool.ThreadCount + 500; i++)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(
                        _ =>
                        {
                            Interlocked.Increment(ref blocked);
                            release.Wait();
                        },
                        null);
                }

                try
                {
                    // Work that comes now waits behind hundreds of others.
                    Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref blocked) >= Environment.ProcessorCount, Patience));
                    bool isRun = false;
                    ThreadPool.UnsafeQueueUserWorkItem(_ => Volatile.Write(ref isRun, true), null);
                    TimeSpan best = Ask(proxy.EndPoint);
                    Assert.False(Volatile.Read(ref isRun));
                    return best;
                }
                finally
                {
                    release.Set();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        Assert.InRange(best, TimeSpan.Zero, Health);
    }

    [Trait("Case", "L-14")]
    [Fact]
    public async Task Processors_ThatAreAllBusy_StillAnswer()
    {
        await using ProxyFixture proxy = Start();

        TimeSpan best = await BesideAsync(4 * Environment.ProcessorCount, () => Thread.SpinWait(10_000), () => Ask(proxy.EndPoint));

        Assert.InRange(best, TimeSpan.Zero, Health);
    }

    // As much as a thread can.
    [Trait("Case", "L-15")]
    [Fact]
    public async Task Collector_ThatRunsAllTheTime_StillLetsAnswer()
    {
        await using ProxyFixture proxy = Start();
        byte[][] kept = new byte[1_024][];
        int next = 0;

        TimeSpan best = await BesideAsync(
            1,
            () => kept[next++ % kept.Length] = new byte[32 * 1_024],
            () =>
            {
                ExpectCollection();
                TimeSpan best = Ask(proxy.EndPoint);
                ExpectCollection();
                return best;
            });

        Assert.InRange(best, TimeSpan.Zero, Health);
    }

    // However long it takes until the other thread gets a core, and until what it has used is worth a collection.
    private static void ExpectCollection()
    {
        int before = GC.CollectionCount(0);
        Assert.True(SpinWait.SpinUntil(() => GC.CollectionCount(0) > before, Patience));
    }

    private static ProxyFixture Start() => ProxyFixture.Start(
        new ProxySetup { Overload = null, Routes = [new RoutePlan { Name = "health", Action = new RespondAction(200, [], [.. "hello"u8]) }] }, new Transcript());

    // All on threads of their own.
    private static async Task<T> BesideAsync<T>(int count, Action work, Func<T> ask)
    {
        bool ends = false;
        Thread[] busy = [.. Enumerable.Range(0, count).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref ends))
            {
                work();
            }
        }))];
        Array.ForEach(busy, thread => thread.Start());
        try
        {
            return await Task.Factory.StartNew(ask, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            Volatile.Write(ref ends, true);
            Array.ForEach(busy, thread => thread.Join());
        }
    }

    // Blocks, and waits for each answer for some seconds. Returns the time that the quickest took.
    private static TimeSpan Ask(EndPoint address)
    {
        TimeSpan best = TimeSpan.MaxValue;
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        client.Connect(address);
        byte[] request = Bytes.Of("GET /health HTTP/1.1\r\nHost: a.test\r\n\r\n");
        byte[] buffer = new byte[4_096];
        for (int i = 0; i < Questions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            client.Send(request);
            int length = 0;
            while (!buffer.AsSpan(0, length).EndsWith("hello"u8))
            {
                int count = client.Receive(buffer, length, buffer.Length - length, SocketFlags.None);
                Assert.NotEqual(0, count);
                length += count;
            }

            Assert.True(buffer.AsSpan().StartsWith("HTTP/1.1 200"u8));
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            best = elapsed < best ? elapsed : best;
        }

        return best;
    }
}
