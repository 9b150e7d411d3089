using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Concurrency;

/// <summary>Keeps the requests that an upstream has at once, over all workers, within a limit that follows its response times.</summary>
/// <remarks>
/// Workers count response times for themselves, without a lock; the thread of <see cref="UpstreamWatch"/> puts them together, ten times a second, and alone changes the limit
/// (<see cref="GradientLimit"/>). A request asks one atomic number. It outlives reloads that don't change its plan.
/// </remarks>
public sealed class AdaptiveConcurrency
{
    private const int WindowMs = 100;
    private const int FirstServerError = 500;

    private readonly GradientLimit _limit;
    private readonly LatencySamples _samples;
    private long _countsFromMs;
    private long _baselineMicroseconds;
    private long _turnedAway;
    private int _phase;

    /// <summary>Creates one that knows nothing of the upstream.</summary>
    /// <param name="plan">Its bounds.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="turnedAway">How many requests one that it takes the place of has turned away.</param>
    /// <param name="random">Spreads measurements of several instances in time.</param>
    internal AdaptiveConcurrency(AdaptiveConcurrencyPlan plan, int workers, long turnedAway, Random random)
    {
        Plan = plan;
        _turnedAway = turnedAway;
        _limit = new GradientLimit(plan, random);
        _samples = new LatencySamples(workers);
        Gate = new RequestGate(workers) { Limit = _limit.Limit };
    }

    /// <summary>Its bounds.</summary>
    public AdaptiveConcurrencyPlan Plan { get; }

    /// <summary>How many requests there may be at once now; any thread.</summary>
    public int Limit => Gate.Limit;

    /// <summary>How many there are; any thread.</summary>
    public int InFlight => Gate.Admitted;

    /// <summary>What the limit is doing; any thread.</summary>
    public LimitPhase Phase => (LimitPhase)Volatile.Read(ref _phase);

    /// <summary>What responses take when nobody waits for another, in microseconds; 0 until that was measured. Any thread.</summary>
    public long BaselineMicroseconds => Volatile.Read(ref _baselineMicroseconds);

    /// <summary>Requests that were answered with 503 because there were too many; any thread.</summary>
    public long TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>Keeps requests within the limit.</summary>
    internal RequestGate Gate { get; }

    /// <summary>Lets a request go to an upstream, on its worker's loop; false when it has to wait for that. What is sent there again went through before.</summary>
    internal static bool TryEnter(Exchange exchange, UpstreamState upstream)
    {
        RequestGate? gate = upstream.Concurrency?.Gate;
        exchange.UpstreamPass.LeaveUnless(gate);
        return gate is null || exchange.UpstreamPass.TryEnter(gate);
    }

    /// <summary>Waits for its turn, if there is a queue. False with the reason in the exchange.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    internal static async ValueTask<bool> WaitAsync(Exchange exchange, UpstreamState upstream)
    {
        AdaptiveConcurrency concurrency = upstream.Concurrency!;
        AdaptiveConcurrencyPlan plan = concurrency.Plan;
        bool isLetThrough = await exchange.UpstreamPass.WaitAsync(concurrency.Gate, plan.QueueMax, plan.QueueTimeoutMs, ProxyErrorCode.ConcurrencyLimited);
        if (exchange.Error is ProxyErrorCode.ConcurrencyLimited or ProxyErrorCode.QueueTimeout)
        {
            Interlocked.Increment(ref concurrency._turnedAway);
        }

        return isLetThrough;
    }

    /// <summary>Takes note of how long a response took to its head, or that none came in time, on its worker's loop.</summary>
    /// <remarks>What failed for another reason, or is an error of the server's, says nothing of how long its work takes; nor what had to wait for the client's content.</remarks>
    internal void Record(Exchange exchange)
    {
        bool counts = exchange.HasFailed
            ? exchange.Error is ProxyErrorCode.FirstByteTimeout or ProxyErrorCode.TryTimeout
            : exchange.Response.Status < FirstServerError;
        if (counts && exchange.ConnectedTimestamp != 0 && AttemptRecord.MicrosecondsOf(exchange) is >= 0 and long microseconds)
        {
            Add(exchange.Worker.Index, microseconds, exchange.Worker.Loop.NowMs);
        }
    }

    /// <summary>Takes note of a response time, on the worker's loop.</summary>
    internal void Add(int workerIndex, long microseconds, long nowMs)
    {
        if (nowMs - (microseconds / 1_000) >= Volatile.Read(ref _countsFromMs))
        {
            _samples.Add(workerIndex, microseconds);
        }
    }

    /// <summary>Changes the limit if it is time; for one thread.</summary>
    /// <param name="nowMs">Loop time.</param>
    /// <returns>When to look again, in loop time.</returns>
    internal long Evaluate(long nowMs)
    {
        int count = _samples.Measure(out double median);
        if (_limit.IsEnough(count, nowMs))
        {
            _samples.Forget();
            bool isAnew = _limit.Observe(new LatencyWindow(count, median, Gate.TakePeak()), nowMs);
            Volatile.Write(ref _countsFromMs, isAnew ? nowMs : 0);
            Volatile.Write(ref _baselineMicroseconds, (long)_limit.BaselineMicroseconds);
            Volatile.Write(ref _phase, (int)_limit.Phase);
            if (Gate.Limit != _limit.Limit)
            {
                Gate.Limit = _limit.Limit;
            }
        }

        return nowMs + WindowMs;
    }
}
