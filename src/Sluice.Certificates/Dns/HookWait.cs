using Sluice.Certificates.Dns.Lookups;

namespace Sluice.Certificates.Dns;

/// <summary>What to wait for after a hook put a record into the DNS: first the delay, then until all servers show the record.</summary>
public sealed record HookWait
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromHours(1);

    /// <summary>How long to wait in any case: up to an hour.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>
    /// Servers that have to show the record, with a port if it isn't 53: authoritative ones, or a resolver. A resolver that is asked too early
    /// remembers that there is no record; the delay is for that.
    /// </summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>For how long to wait for the servers: up to an hour.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Says all that is wrong with it.</summary>
    /// <returns>Empty when it is good.</returns>
    public IReadOnlyList<string> FindProblems()
    {
        List<string> problems =
            [.. Servers.Where(server => DnsServerAddress.Read(server) is null).Select(server => $"`{server}` is not a name server (such as 192.0.2.1:53)")];
        if (Delay < TimeSpan.Zero || Delay > TimeMax || Timeout <= TimeSpan.Zero || Timeout > TimeMax)
        {
            problems.Add("delay and time for propagation are at most 1 h");
        }

        return problems;
    }
}
