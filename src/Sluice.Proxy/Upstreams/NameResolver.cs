using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Telemetry;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Upstreams;

/// <summary>Resolves the names of servers on the thread pool, when they come up and again every 30 s; no request ever waits for it.</summary>
/// <remarks>
/// A name that can't be resolved keeps its last good addresses; one that never could fails its requests with <c>dns_failed</c>. Members are for
/// one thread at a time: whoever starts, reloads or stops the server.
/// </remarks>
internal sealed class NameResolver(MessageLog log) : IDisposable
{
    private readonly Dictionary<(string Host, int Port), ResolvedName> _names = [];

    /// <summary>Gives addresses to servers that have none yet: at once where no query is needed; else it begins to ask, and waits for first answers.</summary>
    /// <param name="servers">Servers that are about to be used.</param>
    /// <param name="firstAnswerTimeout">How long to wait at the most.</param>
    public void Add(IEnumerable<ServerState> servers, TimeSpan firstAnswerTimeout)
    {
        var first = new List<Task>();
        foreach (ServerState server in servers)
        {
            ServerAddress address = server.Address;
            if (address.UnixPath is not null)
            {
                server.SetTargets([new SocketTarget(new UnixDomainSocketEndPoint(address.UnixPath))]);
            }
            else if (IPAddress.TryParse(address.Host, out IPAddress? ip))
            {
                server.SetTargets([new SocketTarget(new IPEndPoint(ip, address.Port))]);
            }
            else
            {
                first.Add(AddNamed(server));
            }
        }

        Task.WaitAll([.. first], firstAnswerTimeout);
    }

    /// <summary>Stops asking for names that only these servers have.</summary>
    public void Remove(IEnumerable<ServerState> servers)
    {
        foreach (ServerState server in servers)
        {
            (string, int) key = (server.Address.Host, server.Address.Port);
            if (_names.TryGetValue(key, out ResolvedName? name) && name.Remove(server))
            {
                name.Dispose();
                _names.Remove(key);
            }
        }
    }

    /// <summary>Stops resolving.</summary>
    public void Dispose()
    {
        foreach (ResolvedName name in _names.Values)
        {
            name.Dispose();
        }
    }

    private Task AddNamed(ServerState server)
    {
        (string Host, int Port) key = (server.Address.Host, server.Address.Port);
        if (!_names.TryGetValue(key, out ResolvedName? name))
        {
            name = new ResolvedName(key.Host, key.Port, log);
            _names.Add(key, name);
        }

        return name.Add(server);
    }
}
