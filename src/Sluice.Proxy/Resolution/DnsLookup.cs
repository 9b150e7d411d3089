using System.Net;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Resolution.Messages;

namespace Sluice.Proxy.Resolution;

/// <summary>Looks a name up: asks the name servers in turn, and follows aliases. Any thread.</summary>
/// <param name="plan">Whom to ask, and how long to wait for each.</param>
#pragma warning disable CA1001 // A semaphore that nobody blocks on has no handle to dispose of.
internal sealed class DnsLookup(DnsPlan plan)
#pragma warning restore CA1001
{
    // Each server once, and once again: a datagram can get lost.
    private const int Rounds = 2;

    // BIND follows 16; a chain that is longer is hardly one that somebody wants.
    private const int AliasesMax = 16;

    // An upstream of very many names asks for so many at a time; the others wait.
    private readonly SemaphoreSlim _turns = new(64);

    /// <summary>Looks up the records of a name.</summary>
    /// <param name="name">A whole name, without a final dot.</param>
    /// <param name="type">The type of record.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    internal async Task<LookupResult> FindAsync(string name, RecordType type, CancellationToken cancel)
    {
        if (!DnsQuestion.IsName(name))
        {
            return LookupResult.Without(LookupOutcome.Missing, $"{name} can't be a name");
        }

        await _turns.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await FollowAsync(name, type, cancel).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<LookupResult> FollowAsync(string name, RecordType type, CancellationToken cancel)
    {
        uint ttl = uint.MaxValue;
        string at = name;
        int aliases = 0;
        while (true)
        {
            (DnsAnswer? answer, string problem) = await AskAllAsync(new DnsQuestion(at, type), cancel).ConfigureAwait(false);
            if (answer is null)
            {
                return LookupResult.Without(LookupOutcome.Failed, problem);
            }

            // An answer begins with the aliases that were followed for us, and ends with the records, or with the first alias that we have to follow.
            string asked = at;
            while (answer.Records.FirstOrDefault(record => IsOf(record, at, RecordType.Cname)) is { } alias)
            {
                if (++aliases > AliasesMax)
                {
                    return LookupResult.Without(LookupOutcome.Failed, $"its aliases are more than {AliasesMax}, or go round in a circle");
                }

                at = alias.Target;
                ttl = Math.Min(ttl, alias.TtlSeconds);
            }

            DnsRecord[] found = [.. answer.Records.Where(record => IsOf(record, at, type))];
            if (found.Length > 0)
            {
                return new LookupResult(LookupOutcome.Found, found, Math.Min(ttl, found.Min(record => record.TtlSeconds)), "");
            }

            if (answer.Code == AnswerCode.NoSuchName || at == asked || at.Length == 0)
            {
                return LookupResult.Without(
                    LookupOutcome.Missing, answer.Code == AnswerCode.NoSuchName ? "the name doesn't exist (NXDOMAIN)" : $"the name has no records of type {TypeName(type)}");
            }
        }
    }

    private async Task<(DnsAnswer? Answer, string Problem)> AskAllAsync(DnsQuestion question, CancellationToken cancel)
    {
        IReadOnlyList<IPEndPoint> servers = plan.Servers.Count > 0 ? [.. plan.Servers] : ResolverFile.Read().Servers;
        string last = "";
        for (int round = 0; round < Rounds; round++)
        {
            foreach (IPEndPoint server in servers)
            {
                (DnsAnswer? answer, string problem) = await NameServerClient.AskAsync(server, question, plan.TimeoutMs, cancel).ConfigureAwait(false);
                if (answer is { Code: AnswerCode.Ok or AnswerCode.NoSuchName })
                {
                    return (answer, "");
                }

                last = answer is null ? problem : $"{server} answers {CodeName(answer.Code)}";
            }
        }

        return (null, last);
    }

    private static bool IsOf(DnsRecord record, string name, RecordType type) =>
        record.Type == type && name.Length > 0 && record.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string TypeName(RecordType type) => type.ToString().ToUpperInvariant();

    private static string CodeName(AnswerCode code) => code switch
    {
        AnswerCode.ServerFailure => "that it failed (SERVFAIL)",
        AnswerCode.Refused => "that it refuses (REFUSED)",
        _ => $"with code {(int)code}",
    };
}
