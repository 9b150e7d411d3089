using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Upstreams;

/// <summary>Which server gets a request.</summary>
public sealed class BalancingTests
{
    [Fact]
    public async Task RoundRobin_WithWeights_IsExactAndWellMixed()
    {
        await using RecordingUpstream heavy = RecordingUpstream.Start("heavy");
        await using RecordingUpstream light = RecordingUpstream.Start("light");
        await using RecordingUpstream other = RecordingUpstream.Start("other");
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup(), new Transcript(), heavy.PlanWith(5), light.PlanWith(1), other.PlanWith(1));

        string[] picks = await PickAsync(proxy, 70);

        for (int round = 0; round < 70; round += 7)
        {
            Assert.Equal(["heavy", "heavy", "heavy", "heavy", "heavy", "light", "other"], picks[round..(round + 7)].Order());
        }

        string line = string.Join(' ', picks);
        Assert.DoesNotContain("heavy heavy heavy heavy heavy", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RoundRobin_WithEqualWeights_TakesTurns()
    {
        await using RecordingUpstream one = RecordingUpstream.Start("one");
        await using RecordingUpstream two = RecordingUpstream.Start("two");
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), one.Plan, two.Plan);

        string[] picks = await PickAsync(proxy, 10);

        Assert.All(picks.Zip(picks.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public async Task LeastRequests_WhileOneServerIsBusy_PicksTheOther()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream one = ScriptedUpstream.Start(transcript, "one");
        await using ScriptedUpstream two = ScriptedUpstream.Start(transcript, "two");
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup { Balance = new(BalancePolicy.LeastRequests) }, transcript, one.Plan, two.Plan);
        Task<ScriptedServerConnection> atOne = one.AcceptAsync();
        Task<ScriptedServerConnection> atTwo = two.AcceptAsync();

        // Whichever gets the first request is busy from now on.
        ScriptedClient hanging = await proxy.ConnectAsync("hanging");
        await hanging.SendAsync(Story.Get);
        Task<ScriptedServerConnection> busy = await Task.WhenAny(atOne, atTwo);
        await (await busy).ReadRequestAsync();
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        ScriptedServerConnection free = await (busy == atOne ? atTwo : atOne);
        await free.ServeAsync();
        await client.ReadResponseAsync();

        for (int i = 0; i < 10; i++)
        {
            await client.SendAsync(Story.Get);
            await free.ServeAsync();
            await client.ReadResponseAsync();
        }

        await (await busy).RespondAsync("at last");
        Assert.Equal("at last", (await hanging.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task RandomTwoChoices_OverManyRequests_UsesEveryServer()
    {
        await using RecordingUpstream one = RecordingUpstream.Start("one");
        await using RecordingUpstream two = RecordingUpstream.Start("two");
        await using RecordingUpstream three = RecordingUpstream.Start("three");
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup { Balance = new(BalancePolicy.RandomTwoChoices) }, new Transcript(), one.Plan, two.Plan, three.Plan);

        string[] picks = await PickAsync(proxy, 300);

        // With a third each, fewer than 50 of 300 would be a deviation of more than six standard deviations.
        Assert.All(new[] { "one", "two", "three" }, name => Assert.InRange(picks.Count(pick => pick == name), 50, 300));
    }

    [Theory]
    [InlineData(BalancePolicy.RingHash)]
    [InlineData(BalancePolicy.Maglev)]
    public async Task Hash_OfATextWithVariables_KeepsItsRequestsTogether(BalancePolicy policy)
    {
        await using RecordingUpstream one = RecordingUpstream.Start("one");
        await using RecordingUpstream two = RecordingUpstream.Start("two");
        await using RecordingUpstream three = RecordingUpstream.Start("three");
        var key = StickyKeyPlan.Of(Template.Parse("{header.x-tenant}/{path.1}", TemplateScope.Request));
        await using ProxyFixture proxy = ProxyFixture.Start(
            new ProxySetup { Balance = new(policy) { Key = key } }, new Transcript(), one.Plan, two.Plan, three.Plan);
        await using ScriptedClient client = await proxy.ConnectAsync("picker");
        var firsts = new List<string>();
        var seconds = new List<string>();
        for (int tenant = 0; tenant < 100; tenant++)
        {
            firsts.Add((await client.ExchangeAsync($"GET /a/{tenant} HTTP/1.1\r\nHost: a.test\r\nX-Tenant: {tenant}\r\n\r\n")).Text);
            seconds.Add((await client.ExchangeAsync($"GET /a/other?x HTTP/1.1\r\nHost: b.test\r\nX-Tenant: {tenant}\r\n\r\n")).Text);
        }

        Assert.Equal(firsts, seconds);

        // That one of three gets none of 100 is one chance in 10^17, and hardly more where their shares aren't quite the same.
        Assert.Equal(["one", "three", "two"], firsts.Distinct().Order());
    }

    private static async Task<string[]> PickAsync(ProxyFixture proxy, int count)
    {
        await using ScriptedClient client = await proxy.ConnectAsync("picker");
        var picks = new string[count];
        for (int i = 0; i < count; i++)
        {
            picks[i] = (await client.ExchangeAsync(Story.Get)).Text;
        }

        return picks;
    }
}
