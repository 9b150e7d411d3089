using System.Numerics;
using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor;

/// <summary>The event loops of a server, each on a thread of its own, the watchdog that notices when one of them stalls, and who gives freed memory back.</summary>
public sealed class LoopGroup : IDisposable
{
    private const int StallMs = 1_000;
    private const int GiveBackMs = 5_000;

    private readonly EventLoop[] _loops;
    private readonly Thread[] _threads;
    private readonly Action<int, long> _onStall;
    private readonly Timer _watchdog;
    private readonly Timer _housekeeper;
    private readonly long[] _reported;

    /// <summary>Creates and starts the loops.</summary>
    /// <param name="count">How many, 1 or more. Threads are pinned, one to a core, when there are as many as cores the process may use.</param>
    /// <param name="onBug">Told of exceptions that escaped a callback, on the loop's thread.</param>
    /// <param name="onStall">Told of a loop (by index) that has not come back to wait for a number of milliseconds above 1,000; on a pool thread.</param>
    public LoopGroup(int count, Action<Exception> onBug, Action<int, long> onStall)
    {
        _onStall = onStall;
        _loops = new EventLoop[count];
        _threads = new Thread[count];
        _reported = new long[count];
        int[] cores = UsableCores();
        for (int i = 0; i < count; i++)
        {
            EventLoop loop = Create(i, onBug);
            int core = cores.Length == count ? cores[i] : -1;
            _loops[i] = loop;
            _threads[i] = new Thread(() => RunPinned(loop, core)) { IsBackground = true, Name = $"sluice-{i}" };
        }

        foreach (Thread thread in _threads)
        {
            thread.Start();
        }

        _watchdog = new Timer(_ => LookForStalls(), null, StallMs, StallMs);
        FreedMemory.Keep();
        _housekeeper = new Timer(_ => FreedMemory.GiveBack(), null, GiveBackMs, GiveBackMs);
    }

    /// <summary>The loops, in the order of their numbers.</summary>
    public IReadOnlyList<EventLoop> Loops => _loops;

    /// <summary>The cores that this process may use.</summary>
    public static int UsableCoreCount => UsableCores().Length;

    /// <summary>The soft limit of open file descriptors of this process.</summary>
    public static unsafe long DescriptorLimit()
    {
        ulong* softAndHard = stackalloc ulong[2];
        return LibC.GetResourceLimit(LibC.RlimitNoFile, softAndHard) == 0 ? (long)Math.Min(softAndHard[0], int.MaxValue) : 1024;
    }

    /// <summary>Gives back to the system what was freed outside of the collector's heap, where that is worth it; any thread.</summary>
    public static void GiveBackFreedMemory() => FreedMemory.GiveBack();

    /// <summary>Runs a function on a loop and returns its result; never called from a loop.</summary>
    public static Task<T> InvokeAsync<T>(EventLoop loop, Func<EventLoop, T> function)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(
            _ =>
            {
                try
                {
                    completion.SetResult(function(loop));
                }
                catch (Exception exception)
                {
                    // Handed to the thread that asked.
                    completion.SetException(exception);
                }
            },
            null);
        return completion.Task;
    }

    /// <summary>Stops the loops and waits for their threads; sockets that are still open die with the process or were closed before.</summary>
    public void Dispose()
    {
        _watchdog.Dispose();
        _housekeeper.Dispose();
        foreach (EventLoop loop in _loops)
        {
            loop.Stop();
        }

        // All have ended before the first is freed: they post to each other.
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        DisposeLoops();
    }

    // When the system runs out of descriptors half way, those made before are given back.
    private EventLoop Create(int index, Action<Exception> onBug)
    {
        try
        {
            return new EventLoop(index, onBug);
        }
        catch (ReactorException)
        {
            DisposeLoops();
            throw;
        }
    }

    private void DisposeLoops()
    {
        foreach (EventLoop? loop in _loops)
        {
            loop?.Dispose();
        }
    }

    private static unsafe void RunPinned(EventLoop loop, int core)
    {
        if (core >= 0)
        {
            byte* mask = stackalloc byte[128];
            new Span<byte>(mask, 128).Clear();
            mask[core / 8] = (byte)(1 << (core % 8));

            // Thread 0 is the caller's own. Being refused costs speed, not correctness.
            _ = LibC.SetAffinity(0, 128, mask);
        }

        loop.Run();
    }

    private static unsafe int[] UsableCores()
    {
        byte* mask = stackalloc byte[128];
        new Span<byte>(mask, 128).Clear();
        if (LibC.GetAffinity(0, 128, mask) < 0)
        {
            return [.. Enumerable.Range(0, Environment.ProcessorCount)];
        }

        var cores = new List<int>();
        for (int i = 0; i < 128; i++)
        {
            for (int bits = mask[i]; bits != 0; bits &= bits - 1)
            {
                cores.Add((i * 8) + BitOperations.TrailingZeroCount(bits));
            }
        }

        return [.. cores];
    }

    private void LookForStalls()
    {
        long nowMs = LoopClock.NowMs;
        for (int i = 0; i < _loops.Length; i++)
        {
            long since = _loops[i].WorkingSinceMs;
            if (since != 0 && nowMs - since >= StallMs && _reported[i] != since)
            {
                _reported[i] = since;
                _onStall(i, nowMs - since);
            }
        }
    }
}
