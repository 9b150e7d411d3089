using Sluice.Proxy.Plans;
using Sluice.Scenarios.Health;
using Sluice.TestKit.Dns;

namespace Sluice.Scenarios.Resolution;

/// <summary>Names that resolve to other addresses, to wrong ones, or to none any more.</summary>
public sealed class AddressTests
{
    /// <summary>What a name server may do instead of answering, by name.</summary>
    private static readonly Dictionary<string, Func<DnsScript, DnsScript?>> Failures = new(StringComparer.Ordinal)
    {
        ["NXDOMAIN"] = script => script with { Code = 3 },
        ["SERVFAIL"] = script => script with { Code = 2 },
        ["REFUSED"] = script => script with { Code = 5 },
        ["silence"] = _ => null,
        ["no records"] = script => script,
        ["another number"] = script => script.With("127.0.0.9") with { Id = (ushort)(script.Id + 1) },
        ["another question"] = script => script.With("127.0.0.9") with { Name = "other.test" },
        ["records of another name"] = script => script.WithRecord("other.test", script.Type, new byte[script.Type == 1 ? 4 : 16]),
        ["an address of five bytes"] = script => script.WithRecord(script.Name, script.Type, new byte[5]),
        ["an alias of itself"] = script => script.WithAlias(script.Name, script.Name),
        ["aliases in a circle"] = script => script.WithAlias(script.Name, script.Name == "app.test" ? "b.test" : "app.test"),
        ["the cloud's metadata"] = script => script.With("169.254.169.254", "::ffff:169.254.169.254", "fe80::1"),
        ["this host"] = script => script.With("0.0.0.0", "::"),
        ["everybody"] = script => script.With("224.0.0.1", "ff02::1"),
        ["cut off, and nothing over TCP"] = script => script with { IsTruncated = true },
    };

    // For what never answers.
    private static readonly DnsPlan Impatient = new() { TimeoutMs = 200 };

    public static TheoryData<string> FailureNames => [.. Failures.Keys];

    [Fact]
    public async Task Address_ThatChanges_IsFollowedWithoutReload()
    {
        await using NamedProxy proxy = NamedProxy.Start(script => script.With("127.0.0.1"));
        proxy.AddOrigin("127.0.0.2");
        await proxy.ExpectTargetsAsync("127.0.0.1");
        Assert.Equal("127.0.0.1", (await proxy.AskAsync()).Text);

        proxy.Names.Say(script => script.With("127.0.0.2"));
        await proxy.ExpectTargetsAsync("127.0.0.2");

        Assert.Equal("127.0.0.2", (await proxy.AskAsync()).Text);
    }

    [Fact]
    public async Task Name_WithSeveralAddresses_UsesEachInTurn()
    {
        await using NamedProxy proxy = NamedProxy.Start(script => script.With("127.0.0.1", "127.0.0.2", "127.0.0.3"));
        proxy.AddOrigin("127.0.0.2");
        proxy.AddOrigin("127.0.0.3");
        await proxy.ExpectTargetsAsync("127.0.0.1", "127.0.0.2", "127.0.0.3");

        var seen = new HashSet<string>();
        for (int i = 0; i < 3; i++)
        {
            seen.Add((await proxy.AskAsync()).Text);
        }

        Assert.Equal(3, seen.Count);
    }

    [Trait("Case", "U-39")]
    [Trait("Case", "U-42")]
    [Trait("Case", "U-43")]
    [Theory]
    [MemberData(nameof(FailureNames))]
    public async Task Failure_KeepsTheLastGoodAnswer_AndRecovers(string failure)
    {
        await using NamedProxy proxy = NamedProxy.Start(script => script.With("127.0.0.1"), Impatient);
        proxy.AddOrigin("127.0.0.2");
        await proxy.ExpectTargetsAsync("127.0.0.1");

        proxy.Names.Say(Failures[failure]);
        await proxy.Proxy.Messages.WaitForAsync("app.test can't be resolved");
        (int status, string text, _) = await proxy.AskAsync();
        Assert.Equal((200, "127.0.0.1"), (status, text));

        proxy.Names.Say(script => script.With("127.0.0.2"));
        await proxy.Proxy.Messages.WaitForAsync("app.test is resolved again");
        await proxy.ExpectTargetsAsync("127.0.0.2");
    }

    [Trait("Case", "U-39")]
    [Trait("Case", "U-42")]
    [Trait("Case", "U-43")]
    [Theory]
    [MemberData(nameof(FailureNames))]
    public async Task Name_ThatNeverResolved_FailsAtOnce(string failure)
    {
        await using NamedProxy proxy = NamedProxy.Start(Failures[failure], Impatient);

        // The best of several: on a busy machine any one may be seen late.
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < 5 && best > TimeSpan.FromSeconds(1); i++)
        {
            (int status, _, TimeSpan time) = await proxy.AskAsync();
            Assert.Equal(502, status);
            best = time < best ? time : best;
        }

        Assert.True(best < TimeSpan.FromSeconds(1), $"took {best}");
        Assert.Equal("dns_failed", (await proxy.Proxy.AccessLog.WaitForAsync(_ => true))[0].Error);
    }

    [Trait("Case", "U-40")]
    [Fact]
    public async Task NameServer_ThatIsSilentFor30Seconds_HoldsUpNoRequest()
    {
        await using NamedProxy proxy = NamedProxy.Start(script => script.With("127.0.0.1"), new DnsPlan { TimeoutMs = 30_000 });
        await proxy.ExpectTargetsAsync("127.0.0.1");
        proxy.Names.Say(_ => null);
        await proxy.Names.ExpectQuestionsAsync("A app.test", 2);

        for (int i = 0; i < 20; i++)
        {
            (int status, _, TimeSpan time) = await proxy.AskAsync();
            Assert.Equal(200, status);
            Assert.True(time < TimeSpan.FromSeconds(10), $"took {time}");
        }
    }

    [Fact]
    public async Task Family_ThatIsSilent_DoesNotHoldUpTheOther()
    {
        await using NamedProxy proxy = NamedProxy.Start(script => script.Type == 28 ? null : script.With("127.0.0.1"), new DnsPlan { TimeoutMs = 30_000 });

        await proxy.ExpectTargetsAsync("127.0.0.1");

        Assert.Equal("127.0.0.1", (await proxy.AskAsync()).Text);
    }

    [Trait("Case", "U-41")]
    [Fact]
    public async Task TtlOfZero_AsksOncePerMinimum()
    {
        await using NamedProxy proxy = NamedProxy.Start(script => script.With("127.0.0.1"));
        await proxy.Names.ExpectQuestionsAsync("A app.test", 1);
        long start = Environment.TickCount64;
        int before = proxy.Names.Questions.Count(question => question == "A app.test");

        // From the first of these six, which comes after the start, to the last are five times the minimum.
        await proxy.Names.ExpectQuestionsAsync("A app.test", before + 6);

        Assert.InRange(Environment.TickCount64 - start, 450, 20_000);
    }

    [Fact]
    public async Task Answer_WithTimeToLive_IsKeptForIt()
    {
        await using NamedProxy proxy = NamedProxy.Start(script => (script with { Ttl = 600 }).With("127.0.0.1"));
        await proxy.ExpectTargetsAsync("127.0.0.1");

        // What has the shortest time to live decides, and aliases have one too.
        proxy.Names.Say(_ => null);
        await using NamedProxy other = NamedProxy.Start(script => (script with { Ttl = 0 }).WithAlias("app.test", "b.test") with { Ttl = 600 } is var aliased
            ? aliased with { Records = [.. aliased.Records, .. (aliased with { Name = "b.test", Records = [] }).With("127.0.0.1").Records] } : null);
        await other.Names.ExpectQuestionsAsync("A app.test", 4);

        Assert.Single(proxy.Names.Questions, question => question == "A app.test");
    }

    [Trait("Case", "U-41")]
    [Fact]
    public async Task Answer_OfAThousandRecords_ComesOverTcp()
    {
        string[] addresses = [.. Enumerable.Range(0, 1_000).Select(i => $"127.1.{i / 250}.{1 + (i % 250)}")];
        await using NamedProxy proxy = NamedProxy.Start(script => script.IsTcp || script.Type == 28 ? script.With(addresses) : script with { IsTruncated = true });

        await proxy.ExpectTargetsAsync(addresses);

        Assert.Contains("tcp A app.test", proxy.Names.Questions);
    }

    [Fact]
    public async Task Alias_IsFollowedToAnotherName()
    {
        await using NamedProxy proxy = NamedProxy.Start(script => script.Name switch
        {
            "app.test" => script.WithAlias("app.test", "b.test"),
            "b.test" => script.WithAlias("b.test", "C.test"),
            "c.test" => script.With("127.0.0.1"),
            _ => script.Name == "C.test" ? script.With("127.0.0.1") : script with { Code = 3 },
        });

        await proxy.ExpectTargetsAsync("127.0.0.1");
    }

    [Trait("Case", "U-42")]
    [Fact]
    public async Task DeniedAddress_IsNotUsed_AndTheOthersAre()
    {
        await using NamedProxy proxy = NamedProxy.Start(script => script.With("169.254.169.254", "127.0.0.1"));

        await proxy.ExpectTargetsAsync("127.0.0.1");

        Assert.Contains("deny_addresses", await proxy.Proxy.Messages.WaitForAsync("app.test resolves to 169.254.169.254"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_ThatDeniesMore_TakesAddressesAway()
    {
        await using NamedProxy proxy = NamedProxy.Start(script => script.With("127.0.0.1", "127.0.0.2"));
        proxy.AddOrigin("127.0.0.2");
        await proxy.ExpectTargetsAsync("127.0.0.1", "127.0.0.2");
        Assert.True(Sluice.Http.Addresses.IpRange.TryParse("127.0.0.1", out Sluice.Http.Addresses.IpRange range));

        ProxyPlan plan = proxy.Proxy.Server.Plan;
        proxy.Proxy.Server.Reload(plan with { Dns = plan.Dns with { DenyAddresses = [range] } });

        await proxy.ExpectTargetsAsync("127.0.0.2");
        Assert.Equal("127.0.0.2", (await proxy.AskAsync()).Text);
    }

    [Fact]
    public async Task SecondNameServer_IsAsked_WhenTheFirstIsSilent()
    {
        await using NameServer silent = NameServer.Start(_ => null);
        await using NameServer good = NameServer.Start(script => script.With("127.0.0.1"));
        await using AddressOrigin origin = AddressOrigin.Start("127.0.0.1");
        var setup = new ProxySetup { Dns = new DnsPlan { Servers = [silent.EndPoint, good.EndPoint], TimeoutMs = 1_500 } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), new ServerPlan(new ServerAddress { Host = "app.test", Port = origin.Port }));

        // It doesn't wait for that for ever when it starts.
        await HealthStage.WaitUntilAsync(() => proxy.Server.Servers[0].Targets.Count > 0, "an address");
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("127.0.0.1", (await client.ExchangeAsync(Story.Get)).Text);
    }

    [Fact]
    public async Task NameOfTheHostsFile_IsNotAskedFor()
    {
        await using NameServer names = NameServer.Start(_ => null);
        await using AddressOrigin origin = AddressOrigin.Start("127.0.0.1");
        var setup = new ProxySetup { Dns = new DnsPlan { Servers = [names.EndPoint] } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), new ServerPlan(new ServerAddress { Host = "localhost", Port = origin.Port }));
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("127.0.0.1", (await client.ExchangeAsync(Story.Get)).Text);
        Assert.Empty(names.Questions);
    }

    [Fact]
    public async Task AddressOfTheConfiguration_IsNotHeldToTheGuard()
    {
        Assert.True(Sluice.Http.Addresses.IpRange.TryParse("127.0.0.0/8", out Sluice.Http.Addresses.IpRange range));
        await using AddressOrigin origin = AddressOrigin.Start("127.0.0.1");
        var setup = new ProxySetup { Dns = new DnsPlan { DenyAddresses = [range] } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = origin.Port }));
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("127.0.0.1", (await client.ExchangeAsync(Story.Get)).Text);
    }
}
