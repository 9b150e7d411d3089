using Sluice.Proxy.Balancing;
using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Splitting;
using Sluice.Proxy.Upstreams;

namespace Sluice.Bench.Micro.Balancing;

/// <summary>What picking a server costs by each policy, with few servers and with a thousand, some of them busy.</summary>
internal static class BalancingBenchmark
{
    private static readonly int[] Counts = [3, 1_000];

    /// <summary>Measures and prints.</summary>
    internal static void Run()
    {
        foreach (BalancePolicy policy in Enum.GetValues<BalancePolicy>())
        {
            foreach (int count in Counts)
            {
                Balancer balancer = Balancer.Create(StateOf(policy, count), workerIndex: 0);

                // As in a worker: one with a seed is another algorithm, and a slow one.
                var random = new Random();
                ulong key = 1;
                Measurement.Print(
                    $"pick by {policy}, {count} servers",
                    () => balancer.Pick(new BalanceInput { KeyHash = key = SplitHash.Mix(key), NowMs = 60_000, Random = random }) is not null);
            }
        }
    }

    private static UpstreamState StateOf(BalancePolicy policy, int count)
    {
        var health = new UpstreamHealth(workers: 1, _ => { });
        var plan = new UpstreamPlan
        {
            Name = "bench",
            Servers = [.. Enumerable.Range(1, count).Select(port => new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = port }, 1 + (port % 3)))],
            Balance = new BalancePlan(policy) { Key = policy is BalancePolicy.RingHash or BalancePolicy.Maglev ? new StickyKeyPlan(StickyKeySource.ClientAddress, "") : null },
        };
        UpstreamMember[] members =
        [
            .. plan.Servers.Select((server, i) => new UpstreamMember(new ServerState(server.Address, plan, workers: 1, tls: null, health), server.Weight, server.Tier, i)),
        ];
        foreach (UpstreamMember member in members)
        {
            for (int i = 0; i < member.Index % 7; i++)
            {
                member.Server.RequestBegan();
            }

            member.Server.Load.AddResponse(1 + (member.Index % 13), nowMs: 59_000);
        }

        return new UpstreamState(plan, members, workers: 1, health);
    }
}
