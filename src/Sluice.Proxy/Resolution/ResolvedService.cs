using System.Net;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Resolution.Messages;
using Sluice.Proxy.Telemetry;

namespace Sluice.Proxy.Resolution;

/// <summary>The SRV records of a name (RFC 2782), asked for again and again.</summary>
internal sealed class ResolvedService : IDisposable
{
    // What balancing is built for.
    private const int MembersMax = 1_000;

    private readonly string _name;
    private readonly DnsLookup _dns;
    private readonly Action _changed;
    private readonly RefreshState _refresh;
    private readonly RefreshLoop _loop;
    private PlanList<ServiceMember> _told;
    private volatile PlanList<ServiceMember> _members;

    /// <summary>Begins to ask.</summary>
    /// <param name="name">The name, such as <c>_http._tcp.example.com</c>.</param>
    /// <param name="members">What is known of it so far.</param>
    /// <param name="plan">How names are resolved.</param>
    /// <param name="dns">Looks them up.</param>
    /// <param name="log">Takes what the operator is told.</param>
    /// <param name="changed">Called on the thread pool when other members are known than before; may block.</param>
    public ResolvedService(string name, PlanList<ServiceMember> members, DnsPlan plan, DnsLookup dns, MessageLog log, Action changed)
    {
        _name = name;
        _members = members;
        _told = members;
        _dns = dns;
        _changed = changed;
        _refresh = new RefreshState(name, plan, log, TimeProvider.System);
        _loop = new RefreshLoop(ResolveAsync, Tell, log);
        _loop.Start();
    }

    /// <summary>The members that are known, sorted; none before the first good answer.</summary>
    public PlanList<ServiceMember> Members => _members;

    /// <summary>Ends with the first answer, whatever it is.</summary>
    public Task FirstAnswer => _loop.FirstAnswer;

    /// <summary>Stops asking.</summary>
    public void Dispose() => _loop.Dispose();

    /// <summary>The members that an answer names, sorted, each host and port once.</summary>
    internal static PlanList<ServiceMember> MembersOf(IEnumerable<DnsRecord> records) =>
    [
        .. records
            .Where(record => record.Port > 0 && IsHost(record.Target))
            .Select(record => new ServiceMember(record.Priority, record.Weight, record.Target.ToLowerInvariant(), record.Port))
            .OrderBy(member => member.Priority).ThenBy(member => member.Host, StringComparer.Ordinal).ThenBy(member => member.Port).ThenByDescending(member => member.Weight)
            .DistinctBy(member => (member.Host, member.Port))
            .Take(MembersMax),
    ];

    // An address is no name (RFC 2782): it would pass by the guard for what names resolve to. Nor is the root, by which a domain says that it has no such service.
    private static bool IsHost(string target) => target.Length > 0 && !IPAddress.TryParse(target, out _);

    private void Tell()
    {
        if (!_told.Equals(_members))
        {
            _told = _members;
            _changed();
        }
    }

    private async Task<int> ResolveAsync(CancellationToken cancel)
    {
        LookupResult result = await _dns.FindAsync(_name, RecordType.Srv, cancel).ConfigureAwait(false);
        PlanList<ServiceMember> members = MembersOf(result.Records);
        if (members.Count == 0)
        {
            return _refresh.OnFailure(result.Outcome == LookupOutcome.Found ? "its SRV records name no server" : result.Problem, hasLast: _members.Count > 0);
        }

        _members = members;
        return _refresh.OnAnswer(result.TtlSeconds * 1_000L);
    }
}
