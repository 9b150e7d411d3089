using System.Diagnostics;
using System.Numerics;

namespace Sluice.Reactor.Timers;

/// <summary>A hashed timer wheel (Varghese and Lauck, 1987, scheme 6): 4,096 buckets of 10 ms, later rounds share the buckets.</summary>
/// <remarks>Setting, moving and stopping are O(1); a bitmap of occupied buckets tells how long the loop may sleep. One loop, no locks.</remarks>
public sealed class TimerWheel
{
    /// <summary>The resolution in milliseconds.</summary>
    public const int TickMs = 10;

    private const int BucketCount = 4096;
    private const int BucketMask = BucketCount - 1;

    private readonly LoopTimer?[] _buckets = new LoopTimer?[BucketCount];
    private readonly ulong[] _occupied = new ulong[BucketCount / 64];
    private LoopTimer? _due;
    private long _tick;

    /// <summary>Creates a wheel whose time begins at <paramref name="nowMs"/>.</summary>
    public TimerWheel(long nowMs)
    {
        NowMs = nowMs;
        _tick = nowMs / TickMs;
    }

    /// <summary>The time of the last <see cref="SetNow"/>, in milliseconds of a monotonic clock.</summary>
    public long NowMs { get; private set; }

    /// <summary>Creates a timer; it is off.</summary>
    public LoopTimer Create(ITimerTarget target) => new(this, target);

    /// <summary>Moves the time on without firing anything yet.</summary>
    public void SetNow(long nowMs) => NowMs = nowMs;

    /// <summary>Milliseconds until a bucket with timers comes up, at most 40,960; -1 when there is none.</summary>
    public int NextTimeoutMs()
    {
        if (_due is not null)
        {
            return 0;
        }

        int distance = NextOccupied((int)((_tick + 1) & BucketMask));
        if (distance < 0)
        {
            return -1;
        }

        long dueMs = (_tick + 1 + distance) * TickMs;
        return (int)Math.Clamp(dueMs - NowMs, 0, int.MaxValue);
    }

    /// <summary>Fires what is due at <see cref="NowMs"/>, in the order of buckets.</summary>
    public void Fire()
    {
        // What an exception of an earlier call left over comes first.
        RunDue();
        long target = NowMs / TickMs;
        while (_tick < target)
        {
            int distance = NextOccupied((int)((_tick + 1) & BucketMask));
            if (distance < 0 || _tick + 1 + distance > target)
            {
                _tick = target;
                return;
            }

            _tick += 1 + distance;
            RunBucket((int)(_tick & BucketMask));
        }
    }

    internal void Place(LoopTimer timer)
    {
        Unlink(timer);

        // Rounded up, so that no timer fires early; at least the next tick, because this one's bucket has been run.
        long tick = Math.Max((timer.DeadlineMs + TickMs - 1) / TickMs, _tick + 1);
        int bucket = (int)(tick & BucketMask);
        timer.Tick = tick;
        timer.Next = _buckets[bucket];
        if (timer.Next is not null)
        {
            timer.Next.Previous = timer;
        }

        _buckets[bucket] = timer;
        _occupied[bucket >> 6] |= 1UL << (bucket & 63);
    }

    internal void Unlink(LoopTimer timer)
    {
        if (timer.Tick < 0)
        {
            return;
        }

        int bucket = (int)(timer.Tick & BucketMask);
        if (timer.Next is not null)
        {
            timer.Next.Previous = timer.Previous;
        }

        if (timer.Previous is not null)
        {
            timer.Previous.Next = timer.Next;
        }
        else if (ReferenceEquals(_due, timer))
        {
            _due = timer.Next;
        }
        else
        {
            _buckets[bucket] = timer.Next;
            if (timer.Next is null)
            {
                _occupied[bucket >> 6] &= ~(1UL << (bucket & 63));
            }
        }

        timer.Next = null;
        timer.Previous = null;
        timer.Tick = -1;
    }

    private void RunBucket(int bucket)
    {
        // The bucket is taken whole, so that timers which are set again while others fire land in a fresh list.
        Debug.Assert(_due is null, "One bucket is run at a time.");
        _due = _buckets[bucket];
        _buckets[bucket] = null;
        _occupied[bucket >> 6] &= ~(1UL << (bucket & 63));
        RunDue();
    }

    private void RunDue()
    {
        while (_due is not null)
        {
            LoopTimer timer = _due;
            Unlink(timer);
            Settle(timer);
        }
    }

    private void Settle(LoopTimer timer)
    {
        if (!timer.IsSet)
        {
            return;
        }

        if (timer.DeadlineMs > _tick * TickMs)
        {
            Place(timer);
            return;
        }

        timer.Fire();
    }

    // The distance from a bucket to the next occupied one, itself included; -1 when all are empty.
    private int NextOccupied(int from)
    {
        int word = from >> 6;
        ulong bits = _occupied[word] & (ulong.MaxValue << (from & 63));
        for (int i = 0; i <= _occupied.Length; i++)
        {
            if (bits != 0)
            {
                int bucket = (word << 6) + BitOperations.TrailingZeroCount(bits);
                return (bucket - from) & BucketMask;
            }

            word = (word + 1) & (_occupied.Length - 1);
            bits = _occupied[word];
        }

        return -1;
    }
}
