using System.Net;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Telemetry;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Resolution;

/// <summary>A name with a port, asked for again and again, and the servers that want its addresses.</summary>
/// <remarks>
/// Servers come and go on the thread that reloads, answers arrive on the thread pool: a lock keeps the two apart. An answer stays until another one takes
/// its place, family by family: when only one can be asked for, the addresses of the other are those of before.
/// </remarks>
internal sealed class ResolvedName : IDisposable
{
    // More than any name has for a reason; an answer has room for 4,000.
    private const int AddressesMax = 1_000;

    private readonly string _host;
    private readonly int _port;
    private readonly AddressLookup _lookup;
    private readonly AddressGuard _guard;
    private readonly MessageLog _log;
    private readonly RefreshState _refresh;
    private readonly RefreshLoop _loop;
    private readonly Lock _lock = new();
    private readonly List<ServerState> _servers = [];
    private IReadOnlyList<IPAddress> _ipv6 = [];
    private IReadOnlyList<IPAddress> _ipv4 = [];
    private string _lastDenied = "";
    private TargetList _targets = TargetList.Empty;

    /// <summary>Begins to ask.</summary>
    public ResolvedName(string host, int port, DnsPlan plan, AddressLookup lookup, MessageLog log)
    {
        _host = host;
        _port = port;
        _lookup = lookup;
        _guard = new AddressGuard(plan.DenyAddresses);
        _log = log;
        _refresh = new RefreshState(host, plan, log, TimeProvider.System);
        _loop = new RefreshLoop(ResolveAsync, static () => { }, log);
        _loop.Start();
    }

    /// <summary>Has a server get the addresses, now if they are known. The task ends with the first answer, whatever it is.</summary>
    public Task Add(ServerState server)
    {
        lock (_lock)
        {
            _servers.Add(server);
            if (_targets.All.Count > 0)
            {
                server.SetTargets(_targets);
            }
        }

        return _loop.FirstAnswer;
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
    public void Dispose() => _loop.Dispose();

    private async Task<int> ResolveAsync(CancellationToken cancel)
    {
        (AddressAnswer ipv6, AddressAnswer ipv4) = await _lookup.FindAsync(_host, cancel).ConfigureAwait(false);
        IReadOnlyList<IPAddress> allowed6 = Allowed(ipv6.Addresses);
        IReadOnlyList<IPAddress> allowed4 = Allowed(ipv4.Addresses);
        if (allowed6.Count + allowed4.Count == 0)
        {
            AddressAnswer told = ipv4.Outcome == LookupOutcome.Failed || ipv6.Outcome != LookupOutcome.Failed ? ipv4 : ipv6;
            string problem = ipv6.Addresses.Count + ipv4.Addresses.Count > 0 ? "all of its addresses are denied" : told.Problem;
            return _refresh.OnFailure(problem, hasLast: _targets.All.Count > 0);
        }

        _ipv6 = ipv6.Outcome == LookupOutcome.Failed ? _ipv6 : allowed6;
        _ipv4 = ipv4.Outcome == LookupOutcome.Failed ? _ipv4 : allowed4;
        Publish(TargetList.Of(_ipv6.Concat(_ipv4).Take(AddressesMax), _port));
        return _refresh.OnAnswer(Math.Min(TtlMsOf(ipv6), TtlMsOf(ipv4)));
    }

    private static long TtlMsOf(AddressAnswer answer) => answer.Outcome == LookupOutcome.Found ? answer.TtlMs : long.MaxValue;

    private IReadOnlyList<IPAddress> Allowed(IReadOnlyList<IPAddress> addresses)
    {
        IPAddress[] denied = [.. addresses.Where(_guard.Denies)];
        if (denied.Length == 0)
        {
            return addresses;
        }

        // Told once for each of its addresses, not with every answer.
        string text = string.Join(", ", denied.Take(3).Select(address => address.ToString()));
        if (text != _lastDenied)
        {
            _lastDenied = text;
            _log.Write($"dns: {_host} resolves to {text}{(denied.Length > 3 ? " and others" : "")}, which deny_addresses forbids: not used");
        }

        return [.. addresses.Except(denied)];
    }

    private void Publish(TargetList targets)
    {
        lock (_lock)
        {
            if (!targets.IsSameAs(_targets))
            {
                _targets = targets;
                _servers.ForEach(server => server.SetTargets(targets));
            }
        }
    }
}
