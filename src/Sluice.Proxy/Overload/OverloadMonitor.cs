using Sluice.Proxy.Plans;
using Sluice.Proxy.Workers;
using Sluice.Reactor;

namespace Sluice.Proxy.Overload;

/// <summary>Looks four times a second at how much of everything is used, and says what is to be done. Runs on the thread pool; one look at a time.</summary>
/// <remarks>What requests need of it is one volatile reference (<see cref="ServerShared.Overload"/>). What has to be done at once is posted to the loops.</remarks>
internal sealed class OverloadMonitor : IDisposable
{
    private const int IntervalMs = 250;

    // A collection of everything pauses all threads for some tens of milliseconds.
    private const int ShrinkIntervalMs = 10_000;

    private readonly ServerShared _shared;
    private readonly Worker[] _workers;
    private readonly OverloadLadder _ladder = new();
    private readonly CgroupMemory _cgroup = new();
    private readonly DelayPressure[] _delays;
    private readonly Lock _looking = new();
    private readonly Timer _timer;
    private long _nextShrinkMs;

    public OverloadMonitor(ServerShared shared, Worker[] workers)
    {
        _shared = shared;
        _workers = workers;
        _delays = [.. workers.Select(_ => new DelayPressure())];
        _timer = new Timer(_ => Look(), null, IntervalMs, IntervalMs);
    }

    /// <summary>Looks no more. One that is under way may end later; what it posts is never run.</summary>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // One that takes long, because memory is short, is not to be joined by others.
        if (!_looking.TryEnter())
        {
            return;
        }

        try
        {
            Update();
        }
        catch (Exception exception)
        {
            // Reading can't fail, so this is a bug; without a look the state stays as it is.
            _shared.Log.Bug(exception);
        }
        finally
        {
            _looking.Exit();
        }
    }

    private void Update()
    {
        OverloadState before = _shared.Overload;
        OverloadState after = OverloadState.Calm;
        if (_shared.Snapshot.Plan.Overload is { } plan)
        {
            after = _ladder.Climb(plan, Measure(plan));
        }
        else
        {
            _ladder.Reset();
        }

        _shared.Overload = after;
        Report(before, after);
        if (before.Reduction != after.Reduction)
        {
            OnEachLoop(static worker => worker.AdjustIdle());
        }

        if (after.Is(OverloadStep.Shrink) && LoopClock.NowMs >= _nextShrinkMs)
        {
            _nextShrinkMs = LoopClock.NowMs + ShrinkIntervalMs;
            OnEachLoop(static worker => worker.Shrink());
            GiveBackMemory(after);
        }
    }

    private OverloadPressures Measure(OverloadPlan plan)
    {
        int sockets = 0;
        double delay = 0;
        for (int i = 0; i < _workers.Length; i++)
        {
            EventLoop loop = _workers[i].Loop;
            sockets += loop.TargetCount;

            // Before what is longest: a tick that ends in between is counted by both looks.
            long workingSinceMs = loop.WorkingSinceMs;
            delay = Math.Max(delay, _delays[i].Add(loop.TakeLongestTickMs(), plan.DelayMaxMs, workingSinceMs));
        }

        double? memory = plan.MemoryLimitBytes > 0 ? ShareOf(Environment.WorkingSet, plan.MemoryLimitBytes) : _cgroup.ReadPressure();
        return new OverloadPressures(ShareOf(_shared.Connections, _shared.ConnectionsMax), DescriptorReserve.PressureWith(sockets), memory, delay);
    }

    private static double ShareOf(double used, double limit) => Math.Clamp(used / limit, 0, 1);

    private void Report(OverloadState before, OverloadState after)
    {
        foreach (OverloadStep step in OverloadLadder.Steps)
        {
            if (before.Is(step) != after.Is(step))
            {
                (OverloadResource resource, double pressure) = after.Pressures.WorstFor(step);
                string verb = after.Is(step) ? "begins" : "ends";
                _shared.Log.Write($"overload: {OverloadNames.NameOf(step)} {verb}: {OverloadNames.NameOf(resource)} at {pressure * 100:f0} %");
            }
        }
    }

    // Where it is not memory that is short, nothing is gained by it.
    private static void GiveBackMemory(OverloadState state)
    {
        if (state.Pressures.WorstFor(OverloadStep.Shrink).Resource == OverloadResource.Memory)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            LoopGroup.GiveBackFreedMemory();
        }
    }

    // A few in a second at the most, so the queue of a loop that is far behind grows by no more than that.
    private void OnEachLoop(Action<Worker> action)
    {
        foreach (Worker worker in _workers)
        {
            worker.Loop.Post(own => action((Worker)own!), worker);
        }
    }
}
