using Sluice.Proxy.Errors;
using Sluice.Proxy.Health;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Tests.Health;

/// <summary>An upstream whose servers answer as a test says, at a time that the test sets.</summary>
internal sealed class OutlierStage
{
    private readonly OutlierDetector _detector;

    public OutlierStage(OutlierPlan? plan, int servers)
    {
        UpstreamPlan upstream = Plans.Upstream(
            BalancePolicy.RoundRobin, [.. Enumerable.Range(1, servers).Select(port => new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = port }))]);
        Health = new UpstreamHealth(workers: 2, Messages.Add);
        Members = [.. upstream.Servers.Select((server, i) => new UpstreamMember(new ServerState(server.Address, upstream, workers: 2, tls: null, Health), 1, 0, i))];
        _detector = new OutlierDetector(plan, Members, Health.Ejections);
    }

    public UpstreamMember[] Members { get; }

    public UpstreamHealth Health { get; }

    public List<string> Messages { get; } = [];

    /// <summary>The servers that are out, by their numbers.</summary>
    public string Out => string.Concat(Members.Where(member => member.Server.Ejection is not null).Select(member => member.Index));

    public Ejection? EjectionOf(int server) => Members[server].Server.Ejection;

    /// <summary>A server answers requests: the bad ones last.</summary>
    public OutlierStage Answer(int server, int good, int bad, int milliseconds = 1)
    {
        ServerOutcomes outcomes = Members[server].Server.Outlier.Outcomes;
        for (int i = 0; i < good; i++)
        {
            outcomes.Succeeded(workerIndex: i % 2, milliseconds * 1_000);
            outcomes.CameWhole();
        }

        for (int i = 0; i < bad; i++)
        {
            outcomes.Failed(workerIndex: i % 2, error: i % 2 == 0 ? -(int)ProxyErrorCode.ConnectRefused : 500);
        }

        return this;
    }

    /// <summary>A server answers requests well, and breaks off each of its responses.</summary>
    public OutlierStage BreakOff(int server, int responses)
    {
        ServerOutcomes outcomes = Members[server].Server.Outlier.Outcomes;
        for (int i = 0; i < responses; i++)
        {
            outcomes.Succeeded(workerIndex: i % 2, microseconds: 1_000);
            outcomes.BrokeOff(workerIndex: i % 2, error: -(int)ProxyErrorCode.ResponseTruncated);
        }

        return this;
    }

    /// <summary>A check of a server ends that began at a time.</summary>
    public bool Check(int server, bool hasPassed, long beganMs, int rise = 2)
    {
        OutlierState outlier = Members[server].Server.Outlier;
        return outlier.Testimony.Add(outlier.Current, hasPassed, beganMs, rise);
    }

    /// <summary>The same, with the bad ones spread so that no two follow each other.</summary>
    public OutlierStage AnswerMixed(int server, int good, int bad)
    {
        for (int i = 0; i < bad; i++)
        {
            Answer(server, 0, 1).Answer(server, 1, 0);
        }

        return Answer(server, good - bad, 0);
    }

    public long Evaluate(long nowMs) => _detector.Evaluate(nowMs);

    public bool IsSuspicious(int streak) => _detector.IsSuspicious(streak);

    public bool IsActive => _detector.IsActive;
}
