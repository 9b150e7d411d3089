using System.Text;
using Sluice.Proxy.Balancing;
using Sluice.Proxy.Balancing.Hashing;
using Sluice.Proxy.CircuitBreaking;
using Sluice.Proxy.Concurrency;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Sessions;
using Sluice.Proxy.Splitting;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Upstreams;

/// <summary>An upstream with its servers, shared by all workers. A reload that doesn't change it keeps it, and with it the turns of its balancers.</summary>
public sealed class UpstreamState
{
    // By worker; each fills and reads its own place.
    private readonly Balancer?[] _balancers;
    private readonly Dictionary<int, HashTable> _tables = [];
    private readonly StickyKey? _key;
    private readonly SessionTable? _sessions;
    private readonly bool _measuresTime;
    private readonly ResponseQuantile?[] _times;
    private volatile CandidateList? _candidates;

    /// <summary>Creates the state.</summary>
    /// <param name="plan">What the configuration says.</param>
    /// <param name="members">The servers in the order of the configuration.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="health">What outlives the plan.</param>
    /// <param name="previous">What it takes the place of.</param>
    internal UpstreamState(UpstreamPlan plan, IEnumerable<UpstreamMember> members, int workers, UpstreamHealth health, UpstreamState? previous = null)
    {
        Plan = plan;
        Members = [.. members];
        Health = health;
        Outliers = new OutlierDetector(plan.Outliers, Members, health.Ejections);
        Circuit = plan.CircuitBreaker is null ? null
            : previous?.Circuit is { } circuit && circuit.Plan == plan.CircuitBreaker ? circuit
            : new CircuitBreaker(plan.CircuitBreaker, workers, previous?.Circuit?.Opened ?? 0, health.Report);
        Concurrency = plan.AdaptiveConcurrency is null ? null
            : previous?.Concurrency is { } concurrency && concurrency.Plan == plan.AdaptiveConcurrency ? concurrency
            : new AdaptiveConcurrency(plan.AdaptiveConcurrency, workers, previous?.Concurrency?.TurnedAway ?? 0, new Random());
        NameUtf8 = Encoding.UTF8.GetBytes(plan.Name);
        _balancers = new Balancer?[workers];
        _times = new ResponseQuantile?[workers];
        _sessions = plan.Session is { } session ? new SessionTable(session, plan.Name, Members) : null;
        _measuresTime = plan.Balance.Policy == BalancePolicy.PeakEwma;
        if (plan.Balance.Key is { } key)
        {
            // Here and not with the first request: a large table takes some milliseconds.
            _key = new StickyKey(key);
            _tables = Members.GroupBy(member => member.Tier).ToDictionary(tier => tier.Key, tier => HashTable.Create(plan.Balance.Policy, [.. tier]));
        }
    }

    /// <summary>What the configuration says.</summary>
    public UpstreamPlan Plan { get; }

    /// <summary>Its servers in the order of the configuration.</summary>
    public UpstreamMember[] Members { get; }

    /// <summary>What its servers have in common.</summary>
    public UpstreamHealth Health { get; }

    /// <summary>The checks of its servers; null when they aren't checked.</summary>
    internal UpstreamChecks? Checks { get; init; }

    /// <summary>Keeps requests from it while too many fail; null when nothing does.</summary>
    public CircuitBreaker? Circuit { get; }

    /// <summary>Bounds the requests that it has at once; null when nothing does.</summary>
    public AdaptiveConcurrency? Concurrency { get; }

    /// <summary>Takes servers out because of their answers.</summary>
    internal OutlierDetector Outliers { get; }

    internal byte[] NameUtf8 { get; }

    /// <summary>The servers that get requests now. Two workers may find them out at once, and one list is forgotten.</summary>
    internal CandidateList Candidates
    {
        get
        {
            int epoch = Health.Epoch;
            CandidateList? candidates = _candidates;
            return candidates is not null && candidates.Epoch == epoch ? candidates : _candidates = new CandidateList(this, epoch);
        }
    }

    /// <summary>The keys of a tier, for policies by hash.</summary>
    internal HashTable TableOf(int tier) => _tables[tier];

    /// <summary>Picks the server of a request, on the loop of its worker: that of its session, or one by the policy. Null when there is none that it has not been sent to in vain.</summary>
    internal UpstreamMember? Pick(Exchange exchange)
    {
        UpstreamMember? bound = null;
        if (_sessions is not null && _sessions.TryFind(exchange.Request.Fields, out bound) && bound.Server.Health.Availability != Availability.Unavailable
            && (exchange.FailedServers & bound.Bit) == 0)
        {
            return bound;
        }

        if (bound is not null && Plan.Session!.FailsWithServer)
        {
            return null;
        }

        UpstreamMember? member = PickByPolicy(exchange);
        exchange.SessionCookie = member is null ? null : _sessions?.SetLine(member);
        return member;
    }

    /// <summary>Takes note of how long a server took to the head of its response.</summary>
    internal void OnResponse(ServerState server, double elapsedMs, Worker worker)
    {
        if (_measuresTime)
        {
            server.Load.AddResponse(elapsedMs, worker.Loop.NowMs);
        }

        _times[worker.Index]?.Add(elapsedMs);
    }

    /// <summary>How long its requests take on a worker, on whose loop this is called. They are counted from the first call on.</summary>
    internal ResponseQuantile TimesOf(Worker worker) => _times[worker.Index] ??= new ResponseQuantile();

    private UpstreamMember? PickByPolicy(Exchange exchange)
    {
        Worker worker = exchange.Worker;
        ulong hash = 0;
        if (_key is not null && !_key.TryHash(exchange, out hash))
        {
#pragma warning disable CA5394 // Without the value anybody will do; load balancing is no secret.
            hash = (ulong)worker.Random.NextInt64();
#pragma warning restore CA5394
        }

        Balancer balancer = _balancers[worker.Index] ??= Balancer.Create(this, worker.Index);
        return balancer.Pick(new BalanceInput { Failed = exchange.FailedServers, KeyHash = hash, NowMs = worker.Loop.NowMs, Random = worker.Random });
    }
}
