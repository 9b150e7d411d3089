using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Telemetry;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Resolution;

/// <summary>Resolves the names of servers on the thread pool, when they come up and again when their time to live is over; no request ever waits for it.</summary>
/// <remarks>
/// A name that can't be resolved keeps its last good addresses; one that never could fails its requests with <c>dns_failed</c>. Members are for
/// one thread at a time: whoever starts, reloads or stops the server.
/// </remarks>
/// <param name="plan">How names are resolved.</param>
/// <param name="log">Takes what the operator is told.</param>
internal sealed class NameResolver(DnsPlan plan, MessageLog log) : IDisposable
{
    private readonly Dictionary<(string Host, int Port), ResolvedName> _names = [];
    private readonly Dictionary<string, ResolvedService> _services = new(StringComparer.Ordinal);
    private DnsPlan _plan = plan;
    private DnsLookup _dns = new(plan);
    private volatile Action? _servicesChanged;

    /// <summary>The members of services, as far as they are known.</summary>
    public IReadOnlyDictionary<string, PlanList<ServiceMember>> Services =>
        _services.ToDictionary(service => service.Key, service => service.Value.Members, StringComparer.Ordinal);

    /// <summary>Has something called on the thread pool when a service has other members than before; it may block.</summary>
    public void OnServicesChanged(Action action) => _servicesChanged = action;

    /// <summary>Resolves in another way from now on; what is known stays, unless the new way denies it.</summary>
    /// <param name="plan">The way.</param>
    /// <param name="servers">The servers that are in use.</param>
    public void Change(DnsPlan plan, IEnumerable<ServerState> servers)
    {
        if (plan == _plan)
        {
            return;
        }

        _plan = plan;
        _dns = new DnsLookup(plan);
        foreach (ResolvedName name in _names.Values)
        {
            name.Dispose();
        }

        _names.Clear();
        var guard = new AddressGuard(plan.DenyAddresses);
        foreach (ServerState server in servers.Where(server => IsNamed(server.Address)))
        {
            server.SetTargets(server.TargetList.Without(guard));
            _ = AddNamed(server);
        }

        foreach ((string name, ResolvedService service) in _services.ToArray())
        {
            service.Dispose();
            _services[name] = CreateService(name, service.Members);
        }
    }

    /// <summary>Begins to ask for the services of a plan that are new, and waits for first answers.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="firstAnswerTimeout">How long to wait at the most.</param>
    public void AddServices(ProxyPlan plan, TimeSpan firstAnswerTimeout)
    {
        foreach (string name in ServicesOf(plan).Where(name => !_services.ContainsKey(name)))
        {
            _services.Add(name, CreateService(name, []));
        }

        Task.WaitAll([.. _services.Values.Select(service => service.FirstAnswer)], firstAnswerTimeout);
    }

    /// <summary>Stops asking for services that a plan doesn't have.</summary>
    public void KeepServices(ProxyPlan plan)
    {
        foreach (string gone in _services.Keys.Except(ServicesOf(plan)).ToArray())
        {
            _services[gone].Dispose();
            _services.Remove(gone);
        }
    }

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
                server.SetTargets(TargetList.Of(new UnixDomainSocketEndPoint(address.UnixPath)));
            }
            else if (IPAddress.TryParse(address.Host, out IPAddress? ip))
            {
                server.SetTargets(TargetList.Of(new IPEndPoint(ip, address.Port)));
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

        foreach (ResolvedService service in _services.Values)
        {
            service.Dispose();
        }
    }

    private static bool IsNamed(ServerAddress address) => address.UnixPath is null && !IPAddress.TryParse(address.Host, out _);

    private static HashSet<string> ServicesOf(ProxyPlan plan) =>
        [.. plan.Upstreams.SelectMany(upstream => upstream.Servers).Where(server => server.Address.IsService).Select(server => server.Address.Service!)];

    private ResolvedService CreateService(string name, PlanList<ServiceMember> members) =>
        new(name, members, _plan, _dns, log, () => _servicesChanged?.Invoke());

    private Task AddNamed(ServerState server)
    {
        (string Host, int Port) key = (server.Address.Host, server.Address.Port);
        if (!_names.TryGetValue(key, out ResolvedName? name))
        {
            name = new ResolvedName(key.Host, key.Port, _plan, new AddressLookup(_plan, _dns), log);
            _names.Add(key, name);
        }

        return name.Add(server);
    }
}
