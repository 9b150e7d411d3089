using System.Net.Sockets;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Timers;
using Xunit;

namespace Sluice.Reactor.Tests;

public sealed class EventLoopTests
{
    private const int NotPermitted = 1;

    [Fact]
    public async Task Post_FromManyThreads_RunsEverythingInOrderPerThread()
    {
        const int PerThread = 20_000;
        using var reactors = new Reactors(loops: 2);
        int[] next = new int[4];
        int wrong = 0;
        Thread[] threads = [.. Enumerable.Range(0, next.Length).Select(number => new Thread(() =>
        {
            for (int i = 0; i < PerThread; i++)
            {
                int mine = i;
                reactors.Loop.Post(_ => wrong += next[number]++ == mine ? 0 : 1, null);
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Assert.Equal(next.Length * PerThread, await reactors.On(_ => next.Sum()));
        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task Post_OneAtATimeToASleepingLoop_NeverLosesTheWakeUp()
    {
        using var reactors = new Reactors(loops: 2);
        for (int i = 0; i < 5000; i++)
        {
            Assert.Equal(i, await LoopGroup.InvokeAsync(reactors.Group.Loops[i & 1], _ => i).WaitAsync(Reactors.Patience));
        }
    }

    [Fact]
    public async Task Post_CallbackThatPostsItself_LeavesRoomForSockets()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        bool done = false;
        reactors.Loop.Post(Again, null);
        Task<IoResult> receiving = reactors.OnAsync(async _ => await socket.ReceiveAsync(new byte[4], 0, 4));
        peer.Send("x"u8);
        Assert.Equal(1, (await receiving).Bytes);
        done = true;

        void Again(object? state)
        {
            if (!Volatile.Read(ref done))
            {
                reactors.Loop.Post(Again, null);
            }
        }
    }

    [Fact]
    public void Post_BeforeStop_IsRunThoughTheLoopEnds()
    {
        using var loop = new EventLoop(0, static _ => { });
        int ran = 0;
        loop.Post(
            _ =>
            {
                loop.Post(_ => ran++, null);
                loop.Stop();
            },
            null);
        var thread = new Thread(loop.Run);
        thread.Start();
        Assert.True(thread.Join(Reactors.Patience));
        Assert.Equal(1, ran);
    }

    [Fact]
    public void Post_AfterDispose_WritesToNobodysDescriptor()
    {
        var loop = new EventLoop(0, static _ => { });
        var thread = new Thread(loop.Run);
        thread.Start();
        loop.Stop();
        Assert.True(thread.Join(Reactors.Patience));
        loop.Dispose();
        loop.Dispose();

        // The kernel gives the lowest numbers first, so these files get those of the loop.
        FileStream[] files = [.. Enumerable.Range(0, 8).Select(static _ => Temporary())];
        loop.Post(static _ => { }, null);
        loop.Stop();
        Assert.All(files, static file => Assert.Equal(0, RandomAccess.GetLength(file.SafeFileHandle)));
        Array.ForEach(files, static file => file.Dispose());
    }

    [Fact]
    public async Task Adopt_KernelRefuses_ClosesTheDescriptorAndKeepsNoSlot()
    {
        using var reactors = new Reactors();
        FileStream file = Temporary();
        int fd = (int)file.SafeFileHandle.DangerousGetHandle();
        file.SafeFileHandle.SetHandleAsInvalid();
        (StreamSocket? socket, int error) = await reactors.On(loop => (loop.Adopt(fd, out int refused), refused));
        Assert.Null(socket);
        Assert.Equal(NotPermitted, error);
        Assert.Equal(0, await reactors.On(loop => loop.TargetCount));
        Assert.NotEqual(file.Name, new FileInfo($"/proc/self/fd/{fd}").LinkTarget);
    }

    [Fact]
    public async Task Callback_Throws_IsReportedAndTheLoopGoesOn()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await reactors.On(loop =>
        {
            socket.Observer = new ThrowingObserver();
            loop.Timers.Create(new Timers.CallbackTarget(_ => fired.SetResult())).Set(10);
            loop.Timers.Create(new Timers.CallbackTarget(static _ => throw new InvalidOperationException("timer"))).Set(10);
            loop.Post(static _ => throw new InvalidOperationException("posted"), null);
            return true;
        });
        peer.Send("x"u8);
        await fired.Task.WaitAsync(Reactors.Patience);
        await reactors.UntilAsync(() => reactors.Bugs.Length == 3);
        Assert.Equal(["observer", "posted", "timer"], reactors.Bugs.Select(static bug => bug.Message).Order());
        reactors.ForgiveBugs();
    }

    [Fact]
    public async Task Timer_OnARunningLoop_FiresInTimeWithoutOtherEvents()
    {
        using var reactors = new Reactors();

        // The best of several: on a busy machine any one may be late.
        long best = long.MaxValue;
        for (int i = 0; i < 5 && best > 2000; i++)
        {
            var fired = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);

            // By the loop's own time, which is that of the beginning of its turn: the turn may have begun before this thread came to look at a clock.
            long began = await reactors.On(loop =>
            {
                loop.Timers.Create(new Timers.CallbackTarget(_ => fired.SetResult(LoopClock.NowMs))).Set(100);
                return loop.NowMs;
            });
            best = Math.Min(best, await fired.Task.WaitAsync(Reactors.Patience) - began);
        }

        Assert.InRange(best, 100, 2000);
    }

    [Fact]
    public async Task HundredThousandTimers_NotDue_DoNotWakeTheLoop()
    {
        using var reactors = new Reactors();
        int fired = 0;
        LoopTimer[] timers = await reactors.On(loop =>
        {
            var target = new Timers.CallbackTarget(_ => fired++);
            LoopTimer[] made = [.. Enumerable.Range(0, 100_000).Select(_ => loop.Timers.Create(target))];
            Array.ForEach(made, static timer => timer.Set(30_000));
            return made;
        });
        Assert.Equal(1, await reactors.WaitsWithinAsync(100));
        Assert.Equal(0, fired);
        Assert.Equal(100_000, timers.Length);
    }

    private static FileStream Temporary() => new(
        Path.GetTempFileName(),
        FileMode.Create,
        FileAccess.ReadWrite,
        FileShare.None,
        1,
        FileOptions.DeleteOnClose);

    private sealed class ThrowingObserver : ISocketObserver
    {
        public void OnUnexpectedEvent(StreamSocket socket) => throw new InvalidOperationException("observer");
    }
}
