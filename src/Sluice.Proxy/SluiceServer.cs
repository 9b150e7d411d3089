using System.Net;
using Sluice.Proxy.Certificates;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Mirroring;
using Sluice.Proxy.Plans;
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
    private readonly Lock _changing = new();
    private bool _stopped;

    private SluiceServer(ServerShared shared, LoopGroup loops, ListenerTable listeners, IReadOnlyList<ListenerState> states)
    {
        _shared = shared;
        _loops = loops;
        _listeners = listeners;
        _resolver = new NameResolver(shared.Log);
        _resolver.Add(shared.Snapshot.Servers, FirstAnswerTimeout);
        _workers = [.. loops.Loops.Select(loop => LoopGroup.InvokeAsync(loop, own => new Worker(own, shared)).GetAwaiter().GetResult())];
        shared.Siblings.Set(_workers);
        OnEachLoop(worker =>
        {
            foreach (ListenerState state in states)
            {
                worker.Listen(state);
            }
        });
    }

    /// <summary>The bound address of each of <see cref="ProxyPlan.Listeners"/>, in their order, with the port the kernel chose where 0 was asked for.</summary>
    public IReadOnlyList<EndPoint> EndPoints => [.. _listeners.States.Select(state => state.EndPoint)];

    /// <summary>What is served now.</summary>
    public ProxyPlan Plan => _shared.Snapshot.Plan;

    /// <summary>Certificates that are obtained while the program runs, and what goes with them.</summary>
    public InstalledCertificates Certificates => _shared.Certificates;

    /// <summary>Client connections that are open.</summary>
    public int ConnectionCount => _shared.Connections;

    /// <summary>Bugs that were reported, each an exception where none can be; 0 in a sound program.</summary>
    public int BugCount => _shared.Log.BugCount;

    /// <summary>Access-log lines that were dropped because their reader was too slow.</summary>
    public long DroppedLogLines => _shared.DroppedLogLines;

    /// <summary>The event loops, for their counters.</summary>
    public IReadOnlyList<EventLoop> Loops => _loops.Loops;

    /// <summary>The servers of all upstreams with what is known of them, in no particular order.</summary>
    public IReadOnlyList<ServerState> Servers => _shared.Snapshot.Servers;

    /// <summary>Binds every listener and starts the workers; requests are answered when it returns.</summary>
    /// <exception cref="ListenException">An address can't be bound. Nothing is left running.</exception>
    public static SluiceServer Start(ProxyPlan plan, SluiceServerOptions? options = null)
    {
        options ??= new SluiceServerOptions();
        var log = new MessageLog(options.Log ?? (message => Console.Error.WriteLine("sluice: " + message)));
        int workers = options.Workers > 0 ? options.Workers : LoopGroup.UsableCoreCount;
        var identities = new IdentityCache(log);
        var certificates = new InstalledCertificates();
        var listeners = new ListenerTable(workers, certificates, identities);
        ListenerChange change = listeners.Prepare(plan.Listeners);
        listeners.Commit(change);
        var shared = new ServerShared(certificates, new ProxySnapshot(plan, workers), () => options.AccessLogOutput ?? Console.OpenStandardOutput(), log);
        var loops = new LoopGroup(
            workers,
            log.Bug,
            (index, ms) => log.Write($"worker {index} has been busy for {ms} ms without looking at its connections"));
        return new SluiceServer(shared, loops, listeners, change.After);
    }

    /// <summary>TLS handshakes with clients that were completed, and those of them that resumed a session.</summary>
    public (long All, long Resumed) Handshakes => (_workers.Sum(worker => worker.Tls.Handshakes), _workers.Sum(worker => worker.Tls.Resumed));

    /// <summary>TLS handshakes with clients that ended for a reason.</summary>
    public long TlsFailuresOf(ProxyErrorCode reason) => _workers.Sum(worker => worker.Tls.FailuresOf(reason));

    /// <summary>Connections of clients that spoke HTTP/2, and the requests that came on them.</summary>
    public (long Connections, long Streams) Http2 => (_workers.Sum(worker => worker.Http2.Connections), _workers.Sum(worker => worker.Http2.Streams));

    /// <summary>What clients did wrong on HTTP/2 connections, so that those were ended or a stream was given up.</summary>
    public long Http2FaultsOf(Http2Fault fault) => _workers.Sum(worker => worker.Http2.FaultsOf(fault));

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
    /// <item>Compile the snapshot, with the states of what stays.</item>
    /// <item>Resolve the names of servers that are new, for 2 s at the most.</item>
    /// <item>Swap: requests that begin from here on see the new plan.</item>
    /// <item>Accept on the new addresses; stop on those that are gone, whose connections end with the request in progress.</item>
    /// <item>Let go of servers that are gone, and let requests try again that wait for a connection under limits that have changed.</item>
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
                after = new ProxySnapshot(plan, _workers.Length, before);
            }
            catch
            {
                ListenerTable.Abandon(listeners);
                throw;
            }

            // 3. Resolve.
            _resolver.Add(after.Servers.Except(before.Servers), FirstAnswerTimeout);

            // 4. Swap.
            List<ServerState> relimited = after.Activate();
            _shared.Snapshot = after;

            // 5. Listen.
            Listen(listeners);

            // 6. Let go.
            Retire([.. before.Servers.Except(after.Servers)]);
            Wake(relimited);
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
        _loops.Dispose();
        _shared.CloseAccessLog();
        return clean;
    }

    /// <summary>Stops at once.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero).ConfigureAwait(false);

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
