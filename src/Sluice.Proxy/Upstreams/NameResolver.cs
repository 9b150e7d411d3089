using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Telemetry;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Upstreams;

/// <summary>Resolves the names of servers on the thread pool, at the start and again every 30 s; no request ever waits for it.</summary>
/// <remarks>A name that can't be resolved keeps its last good addresses; one that never could fails its requests with <c>dns_failed</c>.</remarks>
internal sealed class NameResolver : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(5);

    private readonly MessageLog _log;
    private readonly CancellationTokenSource _stop = new();

    private NameResolver(MessageLog log) => _log = log;

    /// <summary>Sets the addresses of all servers that need no query, starts resolving the others, and waits for a moment for their first answers.</summary>
    public static NameResolver Start(IEnumerable<ServerState> servers, MessageLog log, TimeSpan firstAnswerTimeout)
    {
        var resolver = new NameResolver(log);
        var first = new List<Task>();
        var named = new Dictionary<(string Host, int Port), List<ServerState>>();
        foreach (ServerState server in servers)
        {
            ServerAddress address = server.Plan.Address;
            if (address.UnixPath is not null)
            {
                server.SetTargets([new SocketTarget(new UnixDomainSocketEndPoint(address.UnixPath))]);
            }
            else if (IPAddress.TryParse(address.Host, out IPAddress? ip))
            {
                server.SetTargets([new SocketTarget(new IPEndPoint(ip, address.Port))]);
            }
            else if (named.TryGetValue((address.Host, address.Port), out List<ServerState>? same))
            {
                same.Add(server);
            }
            else
            {
                named[(address.Host, address.Port)] = [server];
            }
        }

        foreach (((string host, int port), List<ServerState> states) in named)
        {
            Task<bool> answer = resolver.ResolveAsync(host, port, states);
            first.Add(answer);
            _ = resolver.RefreshAsync(host, port, states, answer);
        }

        Task.WaitAll([.. first], firstAnswerTimeout);
        return resolver;
    }

    /// <summary>Stops resolving.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task RefreshAsync(string host, int port, List<ServerState> servers, Task<bool> last)
    {
        try
        {
            while (true)
            {
                await Task.Delay(await last.ConfigureAwait(false) ? Interval : RetryInterval, _stop.Token).ConfigureAwait(false);
                last = ResolveAsync(host, port, servers);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task<bool> ResolveAsync(string host, int port, List<ServerState> servers)
    {
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, _stop.Token).WaitAsync(QueryTimeout, _stop.Token).ConfigureAwait(false);

            // IPv4 first: a host without working IPv6 would cost every second connection a failure.
            SocketTarget[] targets =
                [.. addresses.OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6).Select(address => new SocketTarget(new IPEndPoint(address, port)))];
            if (targets.Length > 0)
            {
                servers.ForEach(server => server.SetTargets(targets));
            }

            return targets.Length > 0;
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException or ArgumentException)
        {
            _log.Limited("dns " + host, $"dns: {host} can't be resolved: {exception.Message}; the last known addresses stay in use");
            return false;
        }
    }
}
