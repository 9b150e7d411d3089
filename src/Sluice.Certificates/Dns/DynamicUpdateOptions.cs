using Sluice.Certificates.Dns.Lookups;
using Sluice.Certificates.Dns.Messages;

namespace Sluice.Certificates.Dns;

/// <summary>How records are put into a zone by dynamic updates (RFC 2136) that are signed (RFC 8945).</summary>
public sealed record DynamicUpdateOptions
{
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromHours(1);

    /// <summary>The zone's primary server: a name or address, with a port if it isn't 53.</summary>
    public required string Server { get; init; }

    /// <summary>The zone; null looks it up by the SOA records of the server.</summary>
    public string? Zone { get; init; }

    /// <summary>What the server calls the key.</summary>
    public required string KeyName { get; init; }

    /// <summary><c>hmac-sha256</c>, <c>hmac-sha384</c> or <c>hmac-sha512</c>.</summary>
    public string KeyAlgorithm { get; init; } = "hmac-sha256";

    /// <summary>The secret of the key in base64.</summary>
    public required string Secret { get; init; }

    /// <summary>For how long resolvers may keep the record: 0 s to a day.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For how long to wait at most until the record is visible: up to an hour.</summary>
    public TimeSpan PropagationTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The servers that have to show the record before the certificate is asked for, with a port if it isn't 53. Null means those that the
    /// zone's NS records name: the certificate's issuer asks them. Empty means that nobody is asked: the record counts as visible at once.
    /// </summary>
    public IReadOnlyList<string>? CheckServers { get; init; }

    /// <summary>Whom to ask for aliases (CNAME) in zones that the server doesn't have; null means the system's resolvers.</summary>
    public IReadOnlyList<string>? Resolvers { get; init; }

    /// <summary>The port of servers that NS records name, for tests.</summary>
    internal int NamedServerPort { get; init; } = DnsServerAddress.DefaultPort;

    /// <summary>Says all that is wrong with them, without the secret.</summary>
    /// <returns>Empty when they are good.</returns>
    public IReadOnlyList<string> FindProblems()
    {
        var problems = new List<string>();
        foreach (string server in (IEnumerable<string>)[Server, .. CheckServers ?? [], .. Resolvers ?? []])
        {
            AddIf(problems, DnsServerAddress.Read(server) is null, $"`{server}` is not a name server (such as ns.example.com or 192.0.2.1:5353)");
        }

        AddIf(problems, Zone is not null && !DnsName.TryParse(Zone, out _), $"`{Zone}` is not the name of a zone");
        TsigKey.Read(KeyName, KeyAlgorithm, Secret, out string? keyProblem);
        AddIf(problems, keyProblem is not null, keyProblem ?? "");
        AddIf(problems, Ttl < TimeSpan.Zero || Ttl > TimeSpan.FromDays(1), "the TTL is from 0 s to 24 h");
        AddIf(problems, PropagationTimeout <= TimeSpan.Zero || PropagationTimeout > TimeoutMax, "the time for propagation is more than 0 s and at most 1 h");
        return problems;
    }

    /// <summary>Without the secret: a record would print it.</summary>
    public override string ToString() => $"key {KeyName} ({KeyAlgorithm}) at {Server}";

    private static void AddIf(List<string> problems, bool isWrong, string problem)
    {
        if (isWrong)
        {
            problems.Add(problem);
        }
    }
}
