using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Telemetry;
using Sluice.Proxy.Upstreams;
using Sluice.Proxy.Workers;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy;

/// <summary>A running data plane: listeners, workers, and what they serve.</summary>
/// <remarks>Started and stopped by one thread at a time; its properties may be read by any.</remarks>
public sealed class SluiceServer : IAsyncDisposable
{
    // Names that answer by then are known before the first request; the others follow.
    private static readonly TimeSpan FirstAnswerTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    private readonly ServerShared _shared;
    private readonly LoopGroup _loops;
    private readonly Worker[] _workers;
    private readonly ListeningSocket[] _sharedSockets;
    private readonly NameResolver _resolver;
    private bool _stopped;

    private SluiceServer(ServerShared shared, LoopGroup loops, ListeningSocket[][] sockets)
    {
        _shared = shared;
        _loops = loops;
        _resolver = NameResolver.Start(shared.Snapshot.Servers, shared.Log, FirstAnswerTimeout);
        EndPoints = [.. sockets.Select(ofListener => ofListener[0].EndPoint)];
        _sharedSockets = [.. sockets.Where(ofListener => ofListener[0].IsShared).Select(ofListener => ofListener[0])];
        _workers = [.. loops.Loops.Select(loop => LoopGroup.InvokeAsync(loop, own => new Worker(own, shared)).GetAwaiter().GetResult())];
        shared.Siblings.Set(_workers);
        foreach (Worker worker in _workers)
        {
            OnLoop(worker, () =>
            {
                for (int i = 0; i < sockets.Length; i++)
                {
                    worker.Listen(sockets[i][sockets[i].Length == 1 ? 0 : worker.Index], i);
                }
            });
        }
    }

    /// <summary>The bound address of each of <see cref="ProxyPlan.Listeners"/>, in their order, with the port the kernel chose where 0 was asked for.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; }

    /// <summary>Client connections that are open.</summary>
    public int ConnectionCount => _shared.Connections;

    /// <summary>Bugs that were reported, each an exception where none can be; 0 in a sound program.</summary>
    public int BugCount => _shared.Log.BugCount;

    /// <summary>Access-log lines that were dropped because their reader was too slow.</summary>
    public long DroppedLogLines => _shared.AccessLog?.Dropped ?? 0;

    /// <summary>The event loops, for their counters.</summary>
    public IReadOnlyList<EventLoop> Loops => _loops.Loops;

    /// <summary>Binds every listener and starts the workers; requests are answered when it returns.</summary>
    /// <exception cref="ListenException">An address can't be bound. Nothing is left running.</exception>
    public static SluiceServer Start(ProxyPlan plan, SluiceServerOptions? options = null)
    {
        options ??= new SluiceServerOptions();
        var log = new MessageLog(options.Log ?? (message => Console.Error.WriteLine("sluice: " + message)));
        int workers = options.Workers > 0 ? options.Workers : LoopGroup.UsableCoreCount;
        ListeningSocket[][] sockets = Bind(plan, workers);
        AccessLogSink? accessLog = plan.AccessLog ? new AccessLogSink(options.AccessLogOutput ?? Console.OpenStandardOutput(), log) : null;
        var shared = new ServerShared(new ProxySnapshot(plan), ConnectionsMax(plan.Limits), accessLog, log);
        var loops = new LoopGroup(
            workers,
            log.Bug,
            (index, ms) => log.Write($"worker {index} has been busy for {ms} ms without looking at its connections"));
        return new SluiceServer(shared, loops, sockets);
    }

    /// <summary>Stops accepting, lets requests in progress end, closes idle connections, and stops the workers.</summary>
    /// <param name="grace">How long requests may go on; then they get a 503, or are cut off where the response has begun. Zero ends at once.</param>
    /// <returns>Whether everything ended within the grace period.</returns>
    public async Task<bool> StopAsync(TimeSpan grace)
    {
        if (_stopped)
        {
            return true;
        }

        _stopped = true;
        long deadlineMs = LoopClock.NowMs + (long)grace.TotalMilliseconds;
        foreach (Worker worker in _workers)
        {
            OnLoop(worker, worker.Drain);
        }

        foreach (ListeningSocket socket in _sharedSockets)
        {
            socket.Dispose();
        }

        while (_shared.Connections > 0 && LoopClock.NowMs < deadlineMs)
        {
            await Task.Delay(PollInterval).ConfigureAwait(false);
        }

        bool clean = _shared.Connections == 0;
        foreach (Worker worker in _workers)
        {
            OnLoop(worker, worker.Abort);
        }

        _resolver.Dispose();
        _loops.Dispose();
        _shared.AccessLog?.Dispose();
        return clean;
    }

    /// <summary>Stops at once.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero).ConfigureAwait(false);

    private static int ConnectionsMax(ProxyLimits limits) =>
        limits.ConnectionsMax > 0 ? limits.ConnectionsMax : (int)Math.Max(LoopGroup.DescriptorLimit() * 45 / 100, 16);

    private static void OnLoop(Worker worker, Action action) => LoopGroup.InvokeAsync(
        worker.Loop,
        _ =>
        {
            action();
            return true;
        }).GetAwaiter().GetResult();

    private static ListeningSocket[][] Bind(ProxyPlan plan, int workers)
    {
        var bound = new List<ListeningSocket[]>();
        foreach (ListenerPlan listener in plan.Listeners)
        {
            try
            {
                bound.Add(ListeningSocket.Open(listener.EndPoint, workers));
            }
            catch (Exception exception) when (exception is ReactorException or SocketException or IOException or UnauthorizedAccessException)
            {
                foreach (ListeningSocket socket in bound.SelectMany(sockets => sockets))
                {
                    socket.Dispose();
                }

                throw new ListenException($"cannot listen on {listener.Text}: {Reason(exception)}");
            }
        }

        return [.. bound];
    }

    private static string Reason(Exception exception) => exception is not ReactorException reactor ? exception.Message : reactor.Error switch
    {
        IoErrors.AddressInUse => "the address is in use by another program (try: ss -ltnp)",
        IoErrors.AccessDenied => "permission denied (ports below 1024 need CAP_NET_BIND_SERVICE)",
        IoErrors.AddressNotAvailable => "no network interface of this machine has that address",
        _ => reactor.Message,
    };
}
