using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Telemetry;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Upstreams;

/// <summary>A name with a port, asked for again and again, and the servers that want its addresses.</summary>
/// <remarks>Servers come and go on the thread that reloads, answers arrive on the thread pool: a lock keeps the two apart.</remarks>
internal sealed class ResolvedName : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(5);

    private readonly string _host;
    private readonly int _port;
    private readonly MessageLog _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<ServerState> _servers = [];
    private readonly Task _firstAnswer;
    private SocketTarget[] _targets = [];

    /// <summary>Begins to ask.</summary>
    public ResolvedName(string host, int port, MessageLog log)
    {
        _host = host;
        _port = port;
        _log = log;
        Task<bool> first = ResolveAsync();
        _firstAnswer = first;
        _ = RefreshAsync(first);
    }

    /// <summary>Has a server get the addresses, now if they are known. The task ends with the first answer.</summary>
    public Task Add(ServerState server)
    {
        lock (_lock)
        {
            _servers.Add(server);
            if (_targets.Length > 0)
            {
                server.SetTargets(_targets);
            }
        }

        return _firstAnswer;
    }

    /// <summary>Forgets a server; true when it was the last.</summary>
    public bool Remove(ServerState server)
    {
        lock (_lock)
        {
            _servers.Remove(server);
            return _servers.Count == 0;
        }
    }

    /// <summary>Stops asking.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task RefreshAsync(Task<bool> last)
    {
        try
        {
            while (true)
            {
                await Task.Delay(await last.ConfigureAwait(false) ? Interval : RetryInterval, _stop.Token).ConfigureAwait(false);
                last = ResolveAsync();
            }
        }
        catch (OperationCanceledException)
        {
            _stop.Dispose();
        }
    }

    private async Task<bool> ResolveAsync()
    {
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(_host, _stop.Token).WaitAsync(QueryTimeout, _stop.Token).ConfigureAwait(false);

            // IPv4 first: a host without working IPv6 would cost every second connection a failure.
            Publish([.. addresses
                .OrderBy(address => address.AddressFamily == AddressFamily.InterNetworkV6)
                .Select(address => new SocketTarget(new IPEndPoint(address, _port)))]);
            return addresses.Length > 0;
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException or ArgumentException)
        {
            _log.Limited("dns " + _host, $"dns: {_host} can't be resolved: {exception.Message}; the last known addresses stay in use");
            return false;
        }
    }

    private void Publish(SocketTarget[] targets)
    {
        if (targets.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            _targets = targets;
            _servers.ForEach(server => server.SetTargets(targets));
        }
    }
}
