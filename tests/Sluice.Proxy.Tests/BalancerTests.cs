using Sluice.Proxy.Balancing;
using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Splitting;
using Sluice.Proxy.Upstreams;
using Xunit;

namespace Sluice.Proxy.Tests;

public sealed class BalancerTests
{
    // Each test's own, so that it draws the same in every run, whichever were before it.
    private int _seed;

    [Fact]
    public void RoundRobin_Weights_AreExactOverARoundAndWellMixed()
    {
        Balancer balancer = Balancer.Create(Upstream(BalancePolicy.RoundRobin, 5, 1, 1), workerIndex: 0);

        string picks = string.Concat(Enumerable.Range(0, 14).Select(_ => Pick(balancer)!.Index));

        // Due at 1/10, 3/10, 5/10, 7/10, 9/10 of the round, and the light ones at 1/4 and 3/4.
        Assert.Equal("0100020", picks[..7]);
        Assert.Equal("0100020", picks[7..]);
    }

    [Fact]
    public void RoundRobin_OtherWorker_BeginsElsewhere()
    {
        UpstreamState upstream = Upstream(BalancePolicy.RoundRobin, 1, 1);
        Assert.NotEqual(
            Pick(Balancer.Create(upstream, workerIndex: 0)),
            Pick(Balancer.Create(upstream, workerIndex: 1)));
    }

    [Theory]
    [InlineData(BalancePolicy.RoundRobin)]
    [InlineData(BalancePolicy.LeastRequests)]
    [InlineData(BalancePolicy.RandomTwoChoices)]
    [InlineData(BalancePolicy.PeakEwma)]
    [InlineData(BalancePolicy.RingHash)]
    [InlineData(BalancePolicy.Maglev)]
    [InlineData(BalancePolicy.First)]
    public void Pick_FailedServers_ArePassedBy(BalancePolicy policy)
    {
        Balancer balancer = Balancer.Create(Upstream(policy, 1, 1, 1), workerIndex: 0);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(1, Pick(balancer, failed: 0b101)!.Index);
        }

        Assert.Null(Pick(balancer, failed: 0b111));
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

        // With this one, two in flight for a weight of 1 against four for a weight of 4; then against nine.
        Assert.Equal(1, Pick(balancer)!.Index);
        for (int i = 0; i < 5; i++)
        {
            upstream.Members[1].Server.RequestBegan();
        }

        Assert.Equal(0, Pick(balancer)!.Index);
    }

    [Fact]
    public void LeastRequests_EqualLoad_TakesTurns()
    {
        Balancer balancer = Balancer.Create(Upstream(BalancePolicy.LeastRequests, 1, 1, 1), workerIndex: 0);
        Assert.Equal("012012", string.Concat(Enumerable.Range(0, 6).Select(_ => Pick(balancer)!.Index)));
    }

    [Fact]
    public void RandomTwoChoices_Weights_HoldOverManyPicks()
    {
        Balancer balancer = Balancer.Create(Upstream(BalancePolicy.RandomTwoChoices, 3, 1), workerIndex: 0);
        int[] counts = new int[2];
        for (int i = 0; i < 20_000; i++)
        {
            counts[Pick(balancer)!.Index]++;
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
        int first = Enumerable.Range(0, 10_000).Count(_ => Pick(balancer)!.Index == 0);

        // It is picked only when it is drawn twice: one time in four.
        Assert.InRange(first, 2_500 - 220, 2_500 + 220);
    }

    [Theory]
    [InlineData(BalancePolicy.RoundRobin, 0.02)]
    [InlineData(BalancePolicy.RandomTwoChoices, 0.05)]
    public void Pick_Weights_HoldOverWorkers(BalancePolicy policy, double tolerance)
    {
        UpstreamState upstream = Upstream(policy, 1, 2, 3, 4);
        Balancer[] workers = [.. Enumerable.Range(0, 4).Select(worker => Balancer.Create(upstream, worker))];
        int[] counts = new int[4];
        for (int i = 0; i < 40_000; i++)
        {
            counts[Pick(workers[i % 4])!.Index]++;
        }

        for (int i = 0; i < 4; i++)
        {
            Assert.InRange(counts[i] / 4_000.0, (i + 1) * (1 - tolerance), (i + 1) * (1 + tolerance));
        }
    }

    [Theory]
    [InlineData(BalancePolicy.RingHash, 0.35)]
    [InlineData(BalancePolicy.Maglev, 0.05)]
    public void Hash_Keys_AreSharedByWeight(BalancePolicy policy, double tolerance)
    {
        Balancer balancer = Balancer.Create(Upstream(policy, 1, 1, 2), workerIndex: 0);
        int[] counts = CountKeys(balancer, 40_000);

        Assert.InRange(counts[0] / 10_000.0, 1 - tolerance, 1 + tolerance);
        Assert.InRange(counts[1] / 10_000.0, 1 - tolerance, 1 + tolerance);
        Assert.InRange(counts[2] / 20_000.0, 1 - tolerance, 1 + tolerance);
    }

    [Theory]
    [InlineData(BalancePolicy.RingHash)]
    [InlineData(BalancePolicy.Maglev)]
    public void Hash_ServerLeavesTheConfiguration_FewOtherKeysMove(BalancePolicy policy)
    {
        const int Servers = 10;
        const int Keys = 20_000;
        UpstreamMember[] before = [.. Keyed(Upstream(policy, [.. Enumerable.Repeat(1, Servers)]), Keys)];
        UpstreamMember[] after = [.. Keyed(Upstream(policy, [.. Enumerable.Repeat(1, Servers - 1)]), Keys)];

        int moved = before.Zip(after).Count(pair => pair.First.Server.Name != pair.Second.Server.Name);
        int own = before.Count(member => member.Index == Servers - 1);
        Assert.True(moved >= own, "The keys of the one that left have moved.");
        Assert.True(moved <= Keys * ((1.0 / Servers) + 0.05), $"{moved} of {Keys} keys moved.");
    }

    [Theory]
    [InlineData(BalancePolicy.RingHash)]
    [InlineData(BalancePolicy.Maglev)]
    public void Hash_ServerGoesDown_OnlyItsKeysMoveAndComeBack(BalancePolicy policy)
    {
        UpstreamState upstream = Upstream(policy, 1, 1, 1, 1);
        string[] before = Names(upstream);

        upstream.Members[2].Server.Health.Eject("test");
        string[] meanwhile = Names(upstream);
        upstream.Members[2].Server.Health.Readmit("test");

        string gone = upstream.Members[2].Server.Name;
        Assert.All(before.Zip(meanwhile), pair => Assert.True(pair.First == pair.Second || pair.First == gone));
        Assert.DoesNotContain(gone, meanwhile);
        Assert.Equal(before, Names(upstream));
        Assert.Equal(3, meanwhile.Where((_, i) => before[i] == gone).Distinct().Count());

        string[] Names(UpstreamState upstream) => [.. Keyed(upstream, 5_000).Select(member => member.Server.Name)];
    }

    [Fact]
    public void Hash_BoundedLoad_SendsWhatIsBeyondToTheNext()
    {
        UpstreamState upstream = Upstream(new BalancePlan(BalancePolicy.RingHash) { Key = ByAddress, BoundedLoadPercent = 125 }, 1, 1, 1, 1);
        Balancer balancer = Balancer.Create(upstream, workerIndex: 0);
        int[] counts = new int[4];
        for (int i = 0; i < 100; i++)
        {
            UpstreamMember member = Pick(balancer, key: 42)!;
            member.Server.RequestBegan();
            upstream.Health.Requests.Began(0);
            counts[member.Index]++;
        }

        // A quarter more than its share of 100, rounded up.
        Assert.Equal(100, counts.Sum());
        Assert.Equal(32, counts.Max());
    }

    [Fact]
    public void PeakEwma_SlowServer_GetsLittle()
    {
        UpstreamState upstream = Upstream(BalancePolicy.PeakEwma, 1, 1);
        upstream.Members[0].Server.Load.AddResponse(elapsedMs: 100, nowMs: 1_000);
        upstream.Members[1].Server.Load.AddResponse(elapsedMs: 10, nowMs: 1_000);
        Balancer balancer = Balancer.Create(upstream, workerIndex: 0);
        for (int i = 0; i < 9; i++)
        {
            Assert.Equal(1, Pick(balancer, nowMs: 1_000)!.Index);
            upstream.Members[1].Server.RequestBegan();
        }

        // Ten times as quick with ten requests in flight is as good as the other one idle.
        upstream.Members[1].Server.RequestBegan();
        Assert.Equal(0, Pick(balancer, nowMs: 1_000)!.Index);
    }

    [Fact]
    public void PeakEwma_LongAgoSlow_IsTriedAgain()
    {
        UpstreamState upstream = Upstream(BalancePolicy.PeakEwma, 1, 1);
        upstream.Members[0].Server.Load.AddResponse(elapsedMs: 1_000, nowMs: 1_000);
        upstream.Members[1].Server.Load.AddResponse(elapsedMs: 10, nowMs: 61_000);

        Assert.Equal(0, Pick(Balancer.Create(upstream, workerIndex: 0), nowMs: 61_000)!.Index);
    }

    [Fact]
    public void Tiers_LowerOneIsDown_NextTakesOver()
    {
        UpstreamPlan plan = Plans.Upstream(BalancePolicy.RoundRobin, Server(1), Server(2), Server(3) with { Tier = 1 });
        UpstreamState upstream = StateOf(plan);
        Balancer balancer = Balancer.Create(upstream, workerIndex: 0);
        Assert.Equal("0101", Picks(balancer, 4));

        upstream.Members[0].Server.Health.Eject("test");
        Assert.Equal("1111", Picks(balancer, 4));
        upstream.Members[1].Server.Health.Set(CheckVerdict.Down, "test");
        Assert.Equal("2222", Picks(balancer, 4));
        upstream.Members[2].Server.Health.Set(AdministrativeState.Maintenance, "test");
        Assert.Null(Pick(balancer));
        upstream.Members[0].Server.Health.Readmit("test");
        Assert.Equal("0000", Picks(balancer, 4));
    }

    [Fact]
    public void Tiers_MinimumShare_GivesOverEarlier()
    {
        UpstreamPlan plan = Plans.Upstream(BalancePolicy.RoundRobin, Server(1), Server(2), Server(3) with { Tier = 1 }) with { TierMinPercent = 60 };
        UpstreamState upstream = StateOf(plan);
        Balancer balancer = Balancer.Create(upstream, workerIndex: 0);
        upstream.Members[0].Server.Health.Eject("test");
        Assert.Equal("2222", Picks(balancer, 4));

        // With nobody else there, too few are better than none.
        upstream.Members[2].Server.Health.Eject("test");
        Assert.Equal("1111", Picks(balancer, 4));
    }

    [Trait("Case", "U-47")]
    [Fact]
    public void Panic_TooFewAreReady_AllButMaintainedGetRequests()
    {
        UpstreamPlan plan = Plans.Upstream(BalancePolicy.RoundRobin, Server(1), Server(2), Server(3), Server(4)) with { PanicPercent = 50 };
        UpstreamState upstream = StateOf(plan);
        Balancer balancer = Balancer.Create(upstream, workerIndex: 0);
        upstream.Members[0].Server.Health.Eject("test");
        upstream.Members[1].Server.Health.Set(CheckVerdict.Down, "test");
        Assert.Equal("23", string.Concat(Picks(balancer, 4).Distinct().Order()));

        upstream.Members[2].Server.Health.Set(AdministrativeState.Drain, "test");
        Assert.True(upstream.Candidates.IsPanic);
        Assert.Equal("013", string.Concat(Picks(balancer, 12).Distinct().Order()));
    }

    [Theory]
    [InlineData(BalancePolicy.RoundRobin)]
    [InlineData(BalancePolicy.RandomTwoChoices)]
    [InlineData(BalancePolicy.Maglev)]
    public void SlowStart_RecoveredServer_GetsItsShareBitByBit(BalancePolicy policy)
    {
        UpstreamPlan plan = Plans.Upstream(policy, Server(1), Server(2)) with { SlowStartMs = 10_000 };
        plan = plan with { Balance = plan.Balance with { Key = policy == BalancePolicy.Maglev ? ByAddress : null } };
        UpstreamState upstream = StateOf(plan);
        Balancer balancer = Balancer.Create(upstream, workerIndex: 0);
        ServerHealth health = upstream.Members[1].Server.Health;
        health.Eject("test");
        health.Readmit("test");

        // A tenth as much as the other one, or a tenth of what it is asked for; likewise a half.
        Assert.InRange(ShareAt(health.ReadySinceMs), 0.03, 0.11);
        Assert.InRange(ShareAt(health.ReadySinceMs + 5_000), 0.20, 0.36);
        Assert.InRange(ShareAt(health.ReadySinceMs + 10_000), 0.45, 0.55);

        double ShareAt(long nowMs) => Enumerable.Range(0, 10_000).Count(i => Pick(balancer, key: SplitHash.Mix((ulong)i), nowMs: nowMs)!.Index == 1) / 10_000.0;
    }

    [Fact]
    public void SlowStart_LeastRequests_CountsTheShareOfTheMoment()
    {
        UpstreamState upstream = StateOf(Plans.Upstream(BalancePolicy.LeastRequests, Server(1), Server(2)) with { SlowStartMs = 10_000 });
        Balancer balancer = Balancer.Create(upstream, workerIndex: 0);
        ServerHealth health = upstream.Members[1].Server.Health;
        health.Eject("test");
        health.Readmit("test");
        for (int i = 0; i < 9; i++)
        {
            Assert.Equal(0, Pick(balancer, nowMs: health.ReadySinceMs)!.Index);
            upstream.Members[0].Server.RequestBegan();
        }

        // A tenth of the share: one request weighs as much as ten of the other's.
        upstream.Members[0].Server.RequestBegan();
        Assert.Equal(1, Pick(balancer, nowMs: health.ReadySinceMs)!.Index);
    }

    private static readonly StickyKeyPlan ByAddress = new(StickyKeySource.ClientAddress, "");

    private UpstreamMember? Pick(Balancer balancer, ulong failed = 0, ulong key = 7, long nowMs = 0) =>
        balancer.Pick(new BalanceInput { Failed = failed, KeyHash = key, NowMs = nowMs, Random = new Random(unchecked((int)key) + ++_seed) });

    private string Picks(Balancer balancer, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => Pick(balancer)!.Index));

    private IEnumerable<UpstreamMember> Keyed(UpstreamState upstream, int keys)
    {
        Balancer balancer = Balancer.Create(upstream, workerIndex: 0);
        return Enumerable.Range(0, keys).Select(i => Pick(balancer, key: SplitHash.Mix((ulong)i))!);
    }

    private int[] CountKeys(Balancer balancer, int keys)
    {
        int[] counts = new int[3];
        for (int i = 0; i < keys; i++)
        {
            counts[Pick(balancer, key: SplitHash.Mix((ulong)i))!.Index]++;
        }

        return counts;
    }

    private static ServerPlan Server(int port) => new(new ServerAddress { Host = "127.0.0.1", Port = port });

    private static UpstreamState Upstream(BalancePolicy policy, params int[] weights) =>
        Upstream(new BalancePlan(policy) { Key = policy is BalancePolicy.RingHash or BalancePolicy.Maglev ? ByAddress : null }, weights);

    private static UpstreamState Upstream(BalancePlan balance, params int[] weights) => StateOf(
        Plans.Upstream(balance.Policy, [.. weights.Select((weight, i) => new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = i + 1 }, weight))]) with { Balance = balance });

    private static UpstreamState StateOf(UpstreamPlan plan)
    {
        var health = new UpstreamHealth(workers: 4, _ => { });
        return new UpstreamState(
            plan,
            plan.Servers.Select((server, i) => new UpstreamMember(new ServerState(server.Address, plan, workers: 4, tls: null, health), server.Weight, server.Tier, i)),
            workers: 4,
            health);
    }
}
