using Sluice.Proxy.Balancing;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Xunit;

namespace Sluice.Proxy.Tests;

public sealed class BalancerTests
{
    [Fact]
    public void RoundRobin_Weights_AreExactOverARoundAndWellMixed()
    {
        Balancer balancer = Balancer.Create(Upstream(BalancePolicy.RoundRobin, 5, 1, 1), workerIndex: 0);

        string picks = string.Concat(Enumerable.Range(0, 14).Select(_ => balancer.Pick(failedServers: 0)!.Index));

        // The sequence that the algorithm's description gives for weights 5, 1, 1.
        Assert.Equal("0010200", picks[..7]);
        Assert.Equal("0010200", picks[7..]);
    }

    [Fact]
    public void RoundRobin_OtherWorker_BeginsElsewhere()
    {
        UpstreamState upstream = Upstream(BalancePolicy.RoundRobin, 1, 1);
        Assert.NotEqual(
            Balancer.Create(upstream, workerIndex: 0).Pick(failedServers: 0),
            Balancer.Create(upstream, workerIndex: 1).Pick(failedServers: 0));
    }

    [Theory]
    [InlineData(BalancePolicy.RoundRobin)]
    [InlineData(BalancePolicy.LeastRequests)]
    [InlineData(BalancePolicy.RandomTwoChoices)]
    public void Pick_FailedServers_ArePassedBy(BalancePolicy policy)
    {
        Balancer balancer = Balancer.Create(Upstream(policy, 1, 1, 1), workerIndex: 0);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(1, balancer.Pick(failedServers: 0b101)!.Index);
        }

        Assert.Null(balancer.Pick(failedServers: 0b111));
    }

    [Fact]
    public void LeastRequests_LoadRelativeToWeight_Decides()
    {
        UpstreamState upstream = Upstream(BalancePolicy.LeastRequests, 1, 4);
        Balancer balancer = Balancer.Create(upstream, workerIndex: 0);
        upstream.Members[0].Server.RequestBegan();
        for (int i = 0; i < 3; i++)
        {
            upstream.Members[1].Server.RequestBegan();
        }

        Assert.Equal(1, balancer.Pick(failedServers: 0)!.Index);
        upstream.Members[1].Server.RequestBegan();
        upstream.Members[1].Server.RequestBegan();
        Assert.Equal(0, balancer.Pick(failedServers: 0)!.Index);
    }

    [Fact]
    public void LeastRequests_EqualLoad_TakesTurns()
    {
        Balancer balancer = Balancer.Create(Upstream(BalancePolicy.LeastRequests, 1, 1, 1), workerIndex: 0);
        Assert.Equal("012012", string.Concat(Enumerable.Range(0, 6).Select(_ => balancer.Pick(failedServers: 0)!.Index)));
    }

    [Fact]
    public void RandomTwoChoices_Weights_HoldOverManyPicks()
    {
        Balancer balancer = Balancer.Create(Upstream(BalancePolicy.RandomTwoChoices, 3, 1), workerIndex: 0);
        int[] counts = new int[2];
        for (int i = 0; i < 20_000; i++)
        {
            counts[balancer.Pick(failedServers: 0)!.Index]++;
        }

        // Idle servers are equally loaded, so the first draw wins: three in four, give or take five standard deviations.
        Assert.InRange(counts[0], 15_000 - 310, 15_000 + 310);
    }

    [Fact]
    public void RandomTwoChoices_LoadedServer_IsAvoided()
    {
        UpstreamState upstream = Upstream(BalancePolicy.RandomTwoChoices, 1, 1);
        Balancer balancer = Balancer.Create(upstream, workerIndex: 0);
        upstream.Members[0].Server.RequestBegan();
        int first = Enumerable.Range(0, 10_000).Count(_ => balancer.Pick(failedServers: 0)!.Index == 0);

        // It is picked only when it is drawn twice: one time in four.
        Assert.InRange(first, 2_500 - 220, 2_500 + 220);
    }

    private static UpstreamState Upstream(BalancePolicy policy, params int[] weights)
    {
        UpstreamPlan plan = Plans.Upstream(policy, [.. weights.Select((weight, i) => new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = i + 1 }, weight))]);
        return new UpstreamState(plan, plan.Servers.Select((server, i) => new UpstreamMember(new ServerState(server.Address, plan, workers: 1, tls: null), server.Weight, i)), workers: 1);
    }
}
