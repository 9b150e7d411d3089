using System.Net;
using Sluice.Http.Representations;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Certificates;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Compression;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Health.Checks;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Mirroring;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Resolution;
using Sluice.Proxy.Retries;
using Sluice.Proxy.Telemetry;
using Sluice.Proxy.Upstreams;
using Sluice.Proxy.Workers;
using Sluice.Reactor;

namespace Sluice.Proxy;

/// <summary>A running data plane: listeners, workers, and what they serve.</summary>
/// <remarks>Every member may be called from any thread; reloading and stopping take turns.</remarks>
public sealed class SluiceServer : IAsyncDisposable
{
    // Names that answer by then are known before the first request; the others follow.
    private static readonly TimeSpan FirstAnswerTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    private readonly ServerShared _shared;
    private readonly LoopGroup _loops;
    private readonly Worker[] _workers;
    private readonly ListenerTable _listeners;
    private readonly NameResolver _resolver;
    private readonly OverloadMonitor _overload;
    private readonly Lock _changing = new();
    private MessageOutput? _messages;
    private bool _stopped;

    private SluiceServer(ServerShared shared, LoopGroup loops, ListenerTable listeners, NameResolver resolver, IReadOnlyList<ListenerState> states)
    {
        _shared = shared;
        _loops = loops;
        _listeners = listeners;
        _resolver = resolver;
        _resolver.Add(shared.Snapshot.Servers, FirstAnswerTimeout);
        _workers = [.. loops.Loops.Select(loop => LoopGroup.InvokeAsync(loop, own => new Worker(own, shared)).GetAwaiter().GetResult())];
        shared.Siblings.Set(_workers);
        shared.Watch.Start();
        OnEachLoop(worker =>
        {
            foreach (ListenerState state in states)
            {
                worker.Listen(state);
            }

            worker.Checks.Follow(shared.Snapshot, _workers.Length);
        });
        _overload = new OverloadMonitor(shared, _workers);

        // From here on; and now, for what has changed since.
        _resolver.OnServicesChanged(Rediscover);
        Rediscover();
    }

    /// <summary>The bound address of each of <see cref="ProxyPlan.Listeners"/>, in their order, with the port the kernel chose where 0 was asked for.</summary>
    public IReadOnlyList<EndPoint> EndPoints => [.. _listeners.States.Select(state => state.EndPoint)];

    /// <summary>What is served now.</summary>
    public ProxyPlan Plan => _shared.Snapshot.Plan;

    /// <summary>Certificates that are obtained while the program runs, and what goes with them.</summary>
    public InstalledCertificates Certificates => _shared.Certificates;

    /// <summary>Client connections that are open.</summary>
    public int ConnectionCount => _shared.Connections;

    /// <summary>What is done against overload at the moment, and why; a quarter of a second old.</summary>
    public OverloadState Overload => _shared.Overload;

    /// <summary>Connections that were refused because of overload.</summary>
    public long RefusedConnections => _workers.Sum(worker => worker.TurnedAway.RefusedConnections);

    /// <summary>Bugs that were reported, each an exception where none can be; 0 in a sound program.</summary>
    public int BugCount => _shared.Log.BugCount;

    /// <summary>Access-log lines that were dropped because their reader was too slow.</summary>
    public long DroppedLogLines => _shared.DroppedLogLines;

    /// <summary>The event loops, for their counters.</summary>
    public IReadOnlyList<EventLoop> Loops => _loops.Loops;

    /// <summary>The servers of all upstreams with what is known of them, in no particular order.</summary>
    public IReadOnlyList<ServerState> Servers => _shared.Snapshot.Servers;

    /// <summary>The upstreams with what is known of them, in the order of the plan; members of services are servers of theirs by now.</summary>
    public IEnumerable<UpstreamState> Upstreams => _shared.Snapshot.Upstreams.Values;

    /// <summary>The retries of the upstreams by their name.</summary>
    public IReadOnlyDictionary<string, UpstreamRetries> Retries =>
        _shared.Snapshot.Upstreams.ToDictionary(upstream => upstream.Key, upstream => upstream.Value.Health.Retries, StringComparer.Ordinal);

    /// <summary>Binds every listener and starts the workers; requests are answered when it returns.</summary>
    /// <exception cref="ListenException">An address can't be bound. Nothing is left running.</exception>
    public static SluiceServer Start(ProxyPlan plan, SluiceServerOptions? options = null)
    {
        options ??= new SluiceServerOptions();
        if (options.Log is { } write)
        {
            return Start(plan, options, new MessageLog(write));
        }

        var messages = new MessageOutput(Console.Error);
        try
        {
            SluiceServer server = Start(plan, options, new MessageLog(message => messages.Write($"sluice: {message}\n")));
            server._messages = messages;
            return server;
        }
        catch
        {
            messages.Dispose();
            throw;
        }
    }

    /// <summary>TLS handshakes with clients that were completed, and those of them that resumed a session.</summary>
    public (long All, long Resumed) Handshakes => (_workers.Sum(worker => worker.Tls.Handshakes), _workers.Sum(worker => worker.Tls.Resumed));

    /// <summary>Requests of a class that got a 503 because of overload.</summary>
    public long ShedOf(PriorityClass priority) => _workers.Sum(worker => worker.TurnedAway.ShedOf(priority));

    /// <summary>TLS handshakes with clients that ended for a reason.</summary>
    public long TlsFailuresOf(ProxyErrorCode reason) => _workers.Sum(worker => worker.Tls.FailuresOf(reason));

    /// <summary>Requests with which the cache had something to do, by what that was.</summary>
    public long CachedOf(CacheOutcome outcome) => _workers.Sum(worker => worker.Cache.Of(outcome));

    /// <summary>How much the cache holds.</summary>
    public CacheTotals CacheTotals => _shared.Cache.Totals;

    /// <summary>Removes responses from the cache, or makes them stale. What is being fetched meanwhile is treated alike. Looks at all of them: not for a loop.</summary>
    /// <returns>How many there were.</returns>
    public long PurgeCache(CachePurge purge) => _shared.Cache.Purge(purge);

    /// <summary>What was compressed into a coding, and what was decompressed from it.</summary>
    public (CodingCounts Compressed, CodingCounts Decompressed) CompressionOf(ContentCoding coding)
    {
        (CodingCounts compressed, CodingCounts decompressed) = (default, default);
        foreach (Worker worker in _workers)
        {
            compressed += worker.Compression.Counters.CompressedTo(coding);
            decompressed += worker.Compression.Counters.DecompressedFrom(coding);
        }

        return (compressed, decompressed);
    }

    /// <summary>Responses that were compressed less than configured, or not at all, because there was too much to do.</summary>
    public (long Lowered, long Skipped) CompressionGivenUp =>
        (_workers.Sum(worker => worker.Compression.Counters.Lowered), _workers.Sum(worker => worker.Compression.Counters.Skipped));

    /// <summary>Connections of clients that spoke HTTP/2, and the requests that came on them.</summary>
    public (long Connections, long Streams) Http2 => (_workers.Sum(worker => worker.Http2.Connections), _workers.Sum(worker => worker.Http2.Streams));

    /// <summary>What clients did wrong on HTTP/2 connections, so that those were ended or a stream was given up.</summary>
    public long Http2FaultsOf(Http2Fault fault) => _workers.Sum(worker => worker.Http2.FaultsOf(fault));

    /// <summary>Connections to servers that spoke HTTP/2, and the requests that went on them.</summary>
    public (long Connections, long Streams) UpstreamHttp2 =>
        (_workers.Sum(worker => worker.UpstreamHttp2.Connections), _workers.Sum(worker => worker.UpstreamHttp2.Streams));

    /// <summary>What servers did wrong on HTTP/2 connections, so that those were closed.</summary>
    public long UpstreamHttp2FaultsOf(Http2Fault fault) => _workers.Sum(worker => worker.UpstreamHttp2.FaultsOf(fault));

    /// <summary>How many requests a route of the plan took so far; 0 for a name that the plan doesn't have.</summary>
    public long RequestsOf(string route) => _shared.Snapshot.RouteStates.TryGetValue(route, out Routing.RouteState? state) ? state.Requests : 0;

    /// <summary>What became of the copies of a route's requests so far; zeros for a name that the plan doesn't have.</summary>
    public MirrorCounts MirrorCountsOf(string route) => _shared.Snapshot.RouteStates.GetValueOrDefault(route)?.Mirrors ?? default;

    /// <summary>
    /// Serves another plan from now on: all of it, or nothing of it changes. Connections stay open; requests and streams in progress go on to
    /// their end as they began. What was counted and pooled of routes, upstreams and servers that stay is kept.
    /// </summary>
    /// <remarks>
    /// <list type="number">
    /// <item>Bind the addresses that are new.</item>
    /// <item>Compile the snapshot, with the states of what stays, and the members of services that are new as far as they are known within 2 s.</item>
    /// <item>Resolve the names of servers that are new, for 2 s at the most.</item>
    /// <item>Swap: requests that begin from here on see the new plan.</item>
    /// <item>Accept on the new addresses; stop on those that are gone, whose connections end with the request in progress.</item>
    /// <item>Let go of servers that are gone, let requests try again that wait for a connection under limits that have changed, and check the servers as is said now.</item>
    /// </list>
    /// Blocks the calling thread, which must not be that of a loop.
    /// </remarks>
    /// <exception cref="ListenException">An address can't be bound; everything is as it was.</exception>
    /// <exception cref="ObjectDisposedException">The server was stopped.</exception>
    public ReloadResult Reload(ProxyPlan plan)
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            ProxySnapshot before = _shared.Snapshot;

            // 1. Bind.
            ListenerChange listeners = _listeners.Prepare(plan.Listeners);
            ProxySnapshot after;
            try
            {
                // 2. Compile.
                _resolver.Change(plan.Dns, before.Servers);
                _resolver.AddServices(plan, FirstAnswerTimeout);
                after = new ProxySnapshot(plan, _workers.Length, _resolver.Services, _shared.Log.Write, before);
            }
            catch
            {
                _resolver.Change(before.Plan.Dns, before.Servers);
                _resolver.KeepServices(before.Plan);
                ListenerTable.Abandon(listeners);
                throw;
            }

            // 3. Resolve.
            _resolver.Add(after.Servers.Except(before.Servers), FirstAnswerTimeout);

            // 4. Swap.
            List<ServerState> relimited = after.Activate();
            _shared.Snapshot = after;
            _shared.Watch.Wake();
            _shared.Cache.Change(plan.Cache);

            // 5. Listen.
            Listen(listeners);

            // 6. Let go.
            _resolver.KeepServices(plan);
            LetGo(before, after, relimited);
            return Compare(before.Plan, plan);
        }
    }

    /// <summary>Stops accepting, lets requests in progress end, closes idle connections, and stops the workers.</summary>
    /// <param name="grace">How long requests may go on; then they get a 503, or are cut off where the response has begun. Zero ends at once.</param>
    /// <returns>Whether everything ended within the grace period.</returns>
    public async Task<bool> StopAsync(TimeSpan grace)
    {
        lock (_changing)
        {
            if (_stopped)
            {
                return true;
            }

            _stopped = true;
        }

        long deadlineMs = LoopClock.NowMs + (long)grace.TotalMilliseconds;
        OnEachLoop(worker => worker.Drain());
        _listeners.Dispose();
        while (_shared.Connections > 0 && LoopClock.NowMs < deadlineMs)
        {
            await Task.Delay(PollInterval).ConfigureAwait(false);
        }

        bool clean = _shared.Connections == 0;
        OnEachLoop(worker => worker.Abort());
        _resolver.Dispose();
        _overload.Dispose();
        _loops.Dispose();
        _shared.Watch.Dispose();
        _shared.Cache.Dispose();
        _shared.CloseAccessLog();
        _messages?.Dispose();
        return clean;
    }

    /// <summary>Stops at once.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero).ConfigureAwait(false);

    private static SluiceServer Start(ProxyPlan plan, SluiceServerOptions options, MessageLog log)
    {
        int workers = options.Workers > 0 ? options.Workers : LoopGroup.UsableCoreCount;
        var identities = new IdentityCache(log);
        var certificates = new InstalledCertificates();
        var listeners = new ListenerTable(workers, certificates, identities);
        ListenerChange change = listeners.Prepare(plan.Listeners);
        listeners.Commit(change);
        var resolver = new NameResolver(plan.Dns, log);
        resolver.AddServices(plan, FirstAnswerTimeout);
        var shared = new ServerShared(certificates, FirstSnapshot(plan, workers, resolver, log), options, log);
        var loops = new LoopGroup(
            workers,
            log.Bug,
            (index, ms) => log.Write($"worker {index} has been busy for {ms} ms without looking at its connections"));
        return new SluiceServer(shared, loops, listeners, resolver, change.After);
    }

    private static ReloadResult Compare(ProxyPlan before, ProxyPlan after)
    {
        bool sameOrder = before.Routes.Select(route => route.Name).SequenceEqual(after.Routes.Select(route => route.Name));
        ProxyPlan others = before with { Routes = after.Routes, Upstreams = after.Upstreams, Listeners = after.Listeners };
        PlanChanges routes = PlanChanges.Between(before.Routes, after.Routes, route => route.Name);
        return new ReloadResult(
            routes,
            PlanChanges.Between(before.Upstreams, after.Upstreams, upstream => upstream.Name),
            PlanChanges.Between(before.Listeners, after.Listeners, listener => listener.Text),
            others != after || (!sameOrder && routes.Count == 0));
    }

    private static ProxySnapshot FirstSnapshot(ProxyPlan plan, int workers, NameResolver resolver, MessageLog log)
    {
        try
        {
            return new ProxySnapshot(plan, workers, resolver.Services, log.Write);
        }
        catch
        {
            resolver.Dispose();
            throw;
        }
    }

    // Services have other members than before: what a reload does for servers that come and go, without the rest of it.
    private void Rediscover()
    {
        lock (_changing)
        {
            ProxySnapshot before = _shared.Snapshot;
            IReadOnlyDictionary<string, PlanList<ServiceMember>> services = _resolver.Services;
            if (_stopped || services.All(service => service.Value.Equals(before.Services.GetValueOrDefault(service.Key))))
            {
                return;
            }

            ProxySnapshot after;
            try
            {
                after = new ProxySnapshot(before.Plan, _workers.Length, services, _shared.Log.Write, before);
            }
            catch (ListenException exception)
            {
                _shared.Log.Write($"dns: the servers stay what they were: {exception.Message}");
                return;
            }

            _resolver.Add(after.Servers.Except(before.Servers), FirstAnswerTimeout);
            List<ServerState> relimited = after.Activate();
            _shared.Snapshot = after;
            _shared.Log.Write($"dns: other servers than before: {after.Servers.Except(before.Servers).Count()} came, {before.Servers.Except(after.Servers).Count()} went");
            LetGo(before, after, relimited);
        }
    }

    private void Listen(ListenerChange listeners)
    {
        _listeners.Commit(listeners);
        if (listeners.Added.Count + listeners.Removed.Count == 0)
        {
            return;
        }

        OnEachLoop(worker =>
        {
            foreach (ListenerState added in listeners.Added)
            {
                worker.Listen(added);
            }

            foreach (ListenerState removed in listeners.Removed)
            {
                worker.StopListening(removed);
            }
        });
        foreach (ListenerState removed in listeners.Removed)
        {
            removed.Dispose();
        }
    }

    private void LetGo(ProxySnapshot before, ProxySnapshot after, List<ServerState> relimited)
    {
        Retire([.. before.Servers.Except(after.Servers)]);
        Wake(relimited);
        if (CheckSet.Concerns(before, after))
        {
            OnEachLoop(worker => worker.Checks.Follow(after, _workers.Length));
        }
    }

    private void Retire(List<ServerState> servers)
    {
        if (servers.Count == 0)
        {
            return;
        }

        _resolver.Remove(servers);
        servers.ForEach(server => server.IsRetired = true);
        OnEachLoop(worker => servers.ForEach(worker.Retire));
    }

    // Requests may be waiting for a connection that they could have by now.
    private void Wake(List<ServerState> servers)
    {
        if (servers.Count > 0)
        {
            OnEachLoop(worker => servers.ForEach(server => server.PoolAt(worker.Index)?.WakeAll()));
        }
    }

    private void OnEachLoop(Action<Worker> action)
    {
        foreach (Worker worker in _workers)
        {
            LoopGroup.InvokeAsync(
                worker.Loop,
                _ =>
                {
                    action(worker);
                    return true;
                }).GetAwaiter().GetResult();
        }
    }
}
