using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Interop;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Timers;
using Sluice.Reactor.Tls;

namespace Sluice.Reactor;

/// <summary>One thread that owns sockets, timers and buffers, and runs everything that happens to them.</summary>
/// <remarks>
/// A tick is: wait for events (epoll, edge-triggered), read the clock once, run the sockets' events, run posted work, fire due timers, run what was
/// left for the end of the tick, call the tick-end hook. Code that runs on the loop must not block. Other threads talk to it by <see cref="Post"/> alone.
/// </remarks>
public sealed unsafe class EventLoop : IDisposable
{
    private const int EventsPerWait = 256;
    private const ulong WakeUpData = ulong.MaxValue;

    [ThreadStatic]
    private static EventLoop? CurrentLoop;

    private readonly int _epoll;
    private readonly int _wakeUp = -1;
    private readonly byte* _events;
    private readonly ConcurrentQueue<(Action<object?> Callback, object? State)> _posted = new();
    private readonly Action<Exception> _onBug;
    private PollTarget?[] _targets = new PollTarget?[1024];
    private uint[] _generations = new uint[1024];
    private readonly Stack<int> _freeSlots = new();
    private int _slotCount;
    private TlsOutput? _tlsOutput;
    private List<ITickEndTarget> _atTickEnd = [];
    private List<ITickEndTarget> _runningAtTickEnd = [];
    private int _wakeUpPending;
    private long _workingSinceMs;
    private long _nextTrimMs;
    private long _longestTick;
    private volatile bool _stopping;
    private bool _disposed;

    /// <summary>Creates a loop; <see cref="Run"/> makes the calling thread its thread.</summary>
    /// <param name="index">Its number among its siblings, from 0.</param>
    /// <param name="onBug">Told of an exception that escaped a callback: a bug by definition, since nothing that a peer does throws.</param>
    /// <exception cref="ReactorException">The system has no epoll instance or descriptor left.</exception>
    public EventLoop(int index, Action<Exception> onBug)
    {
        Index = index;
        _onBug = onBug;
        _epoll = ReactorException.ThrowIfFailed(LibC.EpollCreate(LibC.EpollCloExec), "epoll_create1");
        try
        {
            _wakeUp = ReactorException.ThrowIfFailed(LibC.EventFd(0, LibC.EfdNonBlock | LibC.EfdCloExec), "eventfd");
            ReactorException.ThrowIfFailed(
                Control(LibC.EpollCtlAdd, _wakeUp, EpollEvent.In | EpollEvent.EdgeTriggered, WakeUpData),
                "epoll_ctl");
        }
        catch (ReactorException)
        {
            CloseDescriptors();
            throw;
        }

        _events = (byte*)NativeMemory.Alloc((nuint)(EventsPerWait * EpollEvent.Size));
        Timers = new TimerWheel(LoopClock.ToMs(NowTimestamp));
        Context = new LoopSynchronizationContext(this);
    }

    /// <summary>The loop of the calling thread, or null.</summary>
    public static EventLoop? Current => CurrentLoop;

    /// <summary>Its number among its siblings, from 0.</summary>
    public int Index { get; }

    /// <summary>The loop's buffers.</summary>
    public BufferPool Buffers { get; } = new();

    /// <summary>The loop's timers.</summary>
    public TimerWheel Timers { get; }

    /// <summary>Where what is encrypted is gathered.</summary>
    internal TlsOutput TlsOutput => _tlsOutput ??= new TlsOutput();

    /// <summary>What it has done so far.</summary>
    public LoopCounters Counters { get; } = new();

    /// <summary>Milliseconds of a monotonic clock, read once per tick.</summary>
    public long NowMs => Timers.NowMs;

    /// <summary>The same moment in units of <see cref="Stopwatch.Frequency"/>, for measuring.</summary>
    public long NowTimestamp { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>Called at the end of each tick, on the loop.</summary>
    public Action? TickEnd { get; set; }

    /// <summary>Since when the loop has been busy without coming back to wait, in <see cref="LoopClock"/> milliseconds; 0 while it waits. Any thread.</summary>
    public long WorkingSinceMs => Volatile.Read(ref _workingSinceMs);

    /// <summary>
    /// The longest time that the loop was busy at a stretch since the last call, in milliseconds; what it is busy with now counts, too. Any thread, one at a time.
    /// </summary>
    /// <remarks>A tick that ends between the two reads of this method may be lost, or counted twice.</remarks>
    public long TakeLongestTickMs()
    {
        long longestMs = LoopClock.ToMs(Interlocked.Exchange(ref _longestTick, 0));
        long since = WorkingSinceMs;
        return since == 0 ? longestMs : Math.Max(longestMs, LoopClock.NowMs - since);
    }

    /// <summary>Sockets and listeners registered; from another thread a moment old.</summary>
    public int TargetCount => _slotCount - _freeSlots.Count;

    /// <summary>How often unused buffers are trimmed, in milliseconds.</summary>
    internal int TrimIntervalMs { get; set; } = 5_000;

    internal SynchronizationContext Context { get; }

    /// <summary>Has <paramref name="callback"/> run on the loop, after what it is doing. May be called from any thread; the queue is unbounded, so callers bound what they post.</summary>
    public void Post(Action<object?> callback, object? state)
    {
        _posted.Enqueue((callback, state));
        if (Interlocked.Exchange(ref _wakeUpPending, 1) == 0)
        {
            ulong one = 1;
            _ = LibC.Write(_wakeUp, &one, sizeof(ulong));
        }
    }

    /// <summary>
    /// Has <paramref name="target"/> called at the end of this tick, when all events were seen: to do once what each of them asks for. On the loop only; what
    /// is added while targets are called comes at the end of the next tick, which follows at once. Costs no system call.
    /// </summary>
    public void AtTickEnd(ITickEndTarget target)
    {
        Debug.Assert(CurrentLoop == this, "Other threads post.");
        _atTickEnd.Add(target);
    }

    /// <summary>Runs CPU-bound work on the thread pool and comes back to the loop with its result.</summary>
    /// <remarks>Awaiting the task brings the caller home: the loop's thread has a synchronization context for that.</remarks>
    public Task<T> OffloadAsync<T>(Func<T> work)
    {
        Debug.Assert(CurrentLoop == this, "Work is offloaded from the loop.");
        return Task.Run(work);
    }

    /// <summary>Runs the loop on the calling thread until <see cref="Stop"/>. What was posted before the stop is still run.</summary>
    public void Run()
    {
        CurrentLoop = this;
        SynchronizationContext.SetSynchronizationContext(Context);
        while (!_stopping)
        {
            RunTick();
        }

        RunPosted();
        Volatile.Write(ref _workingSinceMs, 0);
        SynchronizationContext.SetSynchronizationContext(null);
        CurrentLoop = null;
    }

    /// <summary>Ends <see cref="Run"/> after the tick in progress. Any thread.</summary>
    public void Stop()
    {
        _stopping = true;
        Post(static _ => { }, null);
    }

    /// <summary>Frees the kernel's objects; only after <see cref="Run"/> has returned. What other threads post afterwards is never run.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        SilenceWakeUp();
        CloseDescriptors();
        NativeMemory.Free(_events);
    }

    /// <summary>Reports an exception that nobody else will see.</summary>
    internal void OnBug(Exception exception) => _onBug(exception);

    /// <summary>Creates a socket object for a descriptor and registers it; null when the kernel refuses, and then the descriptor is closed.</summary>
    /// <param name="fd">The descriptor, owned by the loop from now on.</param>
    /// <param name="error">The error number, such as ENOSPC when the user's limit of epoll watches is reached; else 0.</param>
    internal StreamSocket? Adopt(int fd, out int error)
    {
        var socket = new StreamSocket(this, fd);
        error = Register(socket, fd, EpollEvent.In | EpollEvent.Out | EpollEvent.PeerHangUp | EpollEvent.EdgeTriggered);
        if (error != 0)
        {
            _ = LibC.Close(fd);
            return null;
        }

        return socket;
    }

    /// <summary>Puts a target into the table and the epoll set. Returns 0, or the error number, and then nothing has changed.</summary>
    internal int Register(PollTarget target, int fd, uint events)
    {
        if (!_freeSlots.TryPop(out int slot))
        {
            slot = _slotCount++;
            if (slot == _targets.Length)
            {
                Array.Resize(ref _targets, slot * 2);
                Array.Resize(ref _generations, slot * 2);
            }
        }

        if (Control(LibC.EpollCtlAdd, fd, events, DataOf(slot)) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            _freeSlots.Push(slot);
            return error;
        }

        target.Slot = slot;
        _targets[slot] = target;
        return 0;
    }

    /// <summary>Forgets a target and closes its descriptor. Events of it that were reported already are ignored.</summary>
    internal void Release(PollTarget target, int fd)
    {
        Forget(target);
        Counters.OtherCalls++;
        _ = LibC.Close(fd);
    }

    /// <summary>Forgets a target whose descriptor somebody else owns, and may have closed already: then the kernel has forgotten it by itself.</summary>
    internal void Detach(PollTarget target, int fd)
    {
        _ = Control(LibC.EpollCtlDel, fd, 0, 0);
        Forget(target);
    }

    // Its own method, entered once per tick, so that it reaches the optimizing tier instead of being replaced on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunTick()
    {
        int timeout = _posted.IsEmpty && _atTickEnd.Count == 0 ? IdleTimeoutMs() : 0;
        Volatile.Write(ref _workingSinceMs, 0);
        Counters.Waits++;
        int count = LibC.EpollWait(_epoll, _events, EventsPerWait, timeout);
        NowTimestamp = Stopwatch.GetTimestamp();
        Timers.SetNow(LoopClock.ToMs(NowTimestamp));
        Volatile.Write(ref _workingSinceMs, NowMs);
        Dispatch(count);
        RunPosted();
        Guard(static loop => loop.Timers.Fire());
        RunTickEnd();
        Guard(static loop => loop.TickEnd?.Invoke());
        TrimBuffers();
        MeasureTick();
    }

    // Written by the loop and taken by who measures: what is lost between the two is seen the next time.
    private void MeasureTick()
    {
        long ticks = Stopwatch.GetTimestamp() - NowTimestamp;
        if (ticks > Volatile.Read(ref _longestTick))
        {
            Volatile.Write(ref _longestTick, ticks);
        }
    }

    // While free buffers are kept, the loop comes back to trim them even if nothing else happens.
    private int IdleTimeoutMs()
    {
        int timerMs = Timers.NextTimeoutMs();
        if (!Buffers.HasFree)
        {
            return timerMs;
        }

        int trimMs = (int)Math.Clamp(_nextTrimMs - LoopClock.NowMs, 0, TrimIntervalMs);
        return timerMs < 0 ? trimMs : Math.Min(timerMs, trimMs);
    }

    private void Dispatch(int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte* entry = _events + (i * EpollEvent.Size);
            ulong data = EpollEvent.Data(entry);
            if (data == WakeUpData)
            {
                DrainWakeUp();
                continue;
            }

            int slot = (int)(data & 0xFFFF_FFFF);
            if (_generations[slot] == (uint)(data >> 32))
            {
                Deliver(slot, EpollEvent.Events(entry));
            }
        }
    }

    // Each event is guarded by itself: an edge that is lost because of somebody else's bug never comes again.
    private void Deliver(int slot, uint events)
    {
        try
        {
            _targets[slot]?.OnEvents(events);
        }
        catch (Exception exception)
        {
            _onBug(exception);
        }
    }

    // Nothing a peer can do throws, so an exception here is a bug; the loop survives it to serve everybody else.
    private void Guard(Action<EventLoop> step)
    {
        try
        {
            step(this);
        }
        catch (Exception exception)
        {
            _onBug(exception);
        }
    }

    // The flag falls before the queue is read, so that whoever posts after that wakes the loop again.
    private void DrainWakeUp()
    {
        ulong drained;
        Counters.OtherCalls++;
        _ = LibC.Read(_wakeUp, &drained, sizeof(ulong));
        Interlocked.Exchange(ref _wakeUpPending, 0);
    }

    private void RunPosted()
    {
        if (_posted.IsEmpty)
        {
            return;
        }

        // What is posted meanwhile waits for the next tick, so that work which posts itself can't starve the sockets.
        for (int left = _posted.Count; left > 0 && _posted.TryDequeue(out (Action<object?> Callback, object? State) item); left--)
        {
            RunPosted(item.Callback, item.State);
        }
    }

    private void RunTickEnd()
    {
        if (_atTickEnd.Count == 0)
        {
            return;
        }

        (_atTickEnd, _runningAtTickEnd) = (_runningAtTickEnd, _atTickEnd);
        foreach (ITickEndTarget target in _runningAtTickEnd)
        {
            try
            {
                target.OnTickEnd();
            }
            catch (Exception exception)
            {
                _onBug(exception);
            }
        }

        _runningAtTickEnd.Clear();
    }

    private void RunPosted(Action<object?> callback, object? state)
    {
        try
        {
            callback(state);
        }
        catch (Exception exception)
        {
            _onBug(exception);
        }
    }

    private void TrimBuffers()
    {
        if (NowMs >= _nextTrimMs)
        {
            _nextTrimMs = NowMs + TrimIntervalMs;
            Buffers.Trim();
        }
    }

    private void Forget(PollTarget target)
    {
        Debug.Assert(ReferenceEquals(_targets[target.Slot], target), "A target is forgotten once.");
        _targets[target.Slot] = null;
        _generations[target.Slot]++;
        _freeSlots.Push(target.Slot);
        target.Slot = -1;
    }

    // A descriptor's number is soon somebody else's, and a late wake-up must not be written there. With the flag up nobody begins one; who began
    // one before is waited for: a flag that nobody drained says that its write is done or under way.
    private void SilenceWakeUp()
    {
        if (Interlocked.Exchange(ref _wakeUpPending, 1) == 0)
        {
            return;
        }

        ulong drained;
        SpinWait spin = default;
        while (LibC.Read(_wakeUp, &drained, sizeof(ulong)) < 0 && Marshal.GetLastPInvokeError() is Errno.TryAgain or Errno.Interrupted)
        {
            spin.SpinOnce();
        }
    }

    private void CloseDescriptors()
    {
        _ = LibC.Close(_epoll);
        if (_wakeUp >= 0)
        {
            _ = LibC.Close(_wakeUp);
        }
    }

    private ulong DataOf(int slot) => ((ulong)_generations[slot] << 32) | (uint)slot;

    private int Control(int operation, int fd, uint events, ulong data)
    {
        byte* entry = stackalloc byte[16];
        EpollEvent.Write(entry, events, data);
        Counters.OtherCalls++;
        return LibC.EpollCtl(_epoll, operation, fd, entry);
    }
}
