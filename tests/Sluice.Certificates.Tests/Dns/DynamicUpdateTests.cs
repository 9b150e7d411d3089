using System.Net.Sockets;
using Sluice.Certificates.Dns;
using Sluice.TestKit.Dns;
using Sluice.TestKit.Time;
using Sluice.TestKit.Upstreams;

namespace Sluice.Certificates.Tests.Dns;

/// <summary>Updates of a real BIND, looked at with dig.</summary>
public sealed class DynamicUpdateTests(BindFixture bind) : IClassFixture<BindFixture>
{
    [Fact]
    public async Task Publish_TwoValues_StandBesideEachOtherAndGoOneByOne()
    {
        DynamicUpdatePublisher publisher = Create(bind.Options);

        await publisher.PublishAsync("_acme-challenge.two.example.test", "first", default);
        await publisher.PublishAsync("_acme-challenge.two.example.test", "second", default);
        await publisher.PublishAsync("_acme-challenge.two.example.test", "second", default);
        Assert.Equal(["first", "second"], await bind.Server.FindTextsAsync("_acme-challenge.two.example.test"));

        await publisher.RemoveAsync("_acme-challenge.two.example.test", "first", default);
        Assert.Equal(["second"], await bind.Server.FindTextsAsync("_acme-challenge.two.example.test"));

        await publisher.RemoveAsync("_acme-challenge.two.example.test", "never there", default);
        await publisher.RemoveAsync("_acme-challenge.two.example.test", "second", default);
        Assert.Empty(await bind.Server.FindTextsAsync("_acme-challenge.two.example.test"));
    }

    [Theory]
    [InlineData("hmac-sha256")]
    [InlineData("hmac-sha384")]
    [InlineData("HMAC-SHA512")]
    public async Task Publish_EachAlgorithm_IsTaken(string algorithm)
    {
        string name = $"_acme-challenge.{algorithm}.example.test";
        DynamicUpdateOptions options = bind.Options with { KeyAlgorithm = algorithm, KeyName = DnsServer.KeyFor(algorithm) };

        await Create(options).PublishAsync(name, "value", default);

        Assert.Equal(["value"], await bind.Server.FindTextsAsync(name));
    }

    [Fact]
    public async Task Publish_AliasToAnotherZone_IsFollowed()
    {
        DynamicUpdatePublisher publisher = Create(bind.Options);

        await publisher.PublishAsync("_acme-challenge.alias.example.test", "delegated", default);
        Assert.Equal(["delegated"], await bind.Server.FindTextsAsync("target.other.test"));

        await publisher.RemoveAsync("_acme-challenge.alias.example.test", "delegated", default);
        Assert.Empty(await bind.Server.FindTextsAsync("target.other.test"));
    }

    [Fact]
    public async Task Publish_LongValue_IsSplitAndVisible()
    {
        string value = new('x', 300);

        await Create(bind.Options).PublishAsync("_acme-challenge.long.example.test", value, default);

        Assert.Equal([$"{value[..255]}\" \"{value[255..]}"], await bind.Server.FindTextsAsync("_acme-challenge.long.example.test"));
    }

    [Fact]
    public async Task Publish_ZoneGiven_IsTaken()
    {
        await Create(bind.Options with { Zone = "example.test." }).PublishAsync("_acme-challenge.zone.example.test", "value", default);

        Assert.Equal(["value"], await bind.Server.FindTextsAsync("_acme-challenge.zone.example.test"));
    }

    [Theory]
    [InlineData("_acme-challenge.locked.test", "doesn't change _acme-challenge.locked.test in the zone locked.test: it refuses (REFUSED)")]
    [InlineData("_acme-challenge.nowhere.test", "has no zone for _acme-challenge.nowhere.test: it refuses (REFUSED)")]
    [InlineData("_acme-challenge.loop.example.test", "is an alias (CNAME) of an alias, and more than 8 of them")]
    [InlineData("not a name", "`not a name` is not a domain name")]
    public async Task Publish_Impossible_SaysWhy(string name, string message)
    {
        var exception = await Assert.ThrowsAsync<CertificateException>(() => Create(bind.Options).PublishAsync(name, "value", default));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_NameOutsideOfTheZoneGiven_IsRefused()
    {
        DynamicUpdatePublisher publisher = Create(bind.Options with { Zone = "other.test" });

        var exception = await Assert.ThrowsAsync<CertificateException>(() => publisher.PublishAsync("_acme-challenge.a.example.test", "value", default));

        Assert.Equal("_acme-challenge.a.example.test is not in the zone other.test", exception.Message);
    }

    [Fact]
    public async Task Publish_WrongSecret_SaysSoAndChangesNothing()
    {
        DynamicUpdateOptions options = bind.Options with { Secret = "d3Jvbmc=" };

        var exception = await Assert.ThrowsAsync<CertificateException>(() => Create(options).PublishAsync("_acme-challenge.wrong.example.test", "value", default));

        Assert.Contains("the secrets of the key differ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("d3Jvbmc", exception.ToString(), StringComparison.Ordinal);
        Assert.Empty(await bind.Server.FindTextsAsync("_acme-challenge.wrong.example.test"));
    }

    [Fact]
    public async Task Publish_UnknownKey_SaysSo()
    {
        DynamicUpdateOptions options = bind.Options with { KeyName = "nobody.key.test" };

        var exception = await Assert.ThrowsAsync<CertificateException>(() => Create(options).PublishAsync("_acme-challenge.key.example.test", "value", default));

        Assert.Contains("it doesn't know the key (BADKEY)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_ClockAnHourOff_SaysSo()
    {
        var time = new ManualTime(DateTimeOffset.UtcNow.AddHours(-1));
        var publisher = new DynamicUpdatePublisher(bind.Options, time);

        var exception = await Assert.ThrowsAsync<CertificateException>(() => publisher.PublishAsync("_acme-challenge.time.example.test", "value", default));

        Assert.Contains("one of the clocks is wrong", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "the signature of the response is wrong")]
    [InlineData(-1, "can't be read")]
    public async Task Publish_ResponseChangedOnTheWay_IsRefused(int changedAt, string message)
    {
        await using var relay = new ChangingRelay(bind.Server.EndPoint, changedAt);
        DynamicUpdateOptions options = bind.Options with { Server = relay.EndPoint.ToString() };

        var exception = await Assert.ThrowsAsync<CertificateException>(() => Create(options).PublishAsync("_acme-challenge.way.example.test", "value", default));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_OneServerDoesNotShowIt_FailsInTimeWithItsName()
    {
        await using DnsServer late = await DnsServer.StartAsync();
        DynamicUpdateOptions options = bind.Options with
        {
            CheckServers = [bind.Server.EndPoint.ToString(), late.EndPoint.ToString()],
            PropagationTimeout = TimeSpan.FromSeconds(5),
        };

        var exception = await Assert.ThrowsAsync<CertificateException>(() => Create(options).PublishAsync("_acme-challenge.late.example.test", "value", default));

        Assert.Equal(
            $"the record _acme-challenge.late.example.test is not visible at {late.EndPoint} after 5 s: there is no such record", exception.Message);
    }

    [Fact]
    public async Task Publish_SecondServerShowsItLater_IsWaitedFor()
    {
        await using DnsServer late = await DnsServer.StartAsync();
        DynamicUpdateOptions options = bind.Options with { CheckServers = [late.EndPoint.ToString()] };
        DynamicUpdateOptions there = bind.Options with { Server = late.EndPoint.ToString(), CheckServers = [] };

        Task publishing = Create(options).PublishAsync("_acme-challenge.later.example.test", "value", default);
        await WaitForTextAsync("_acme-challenge.later.example.test");
        Assert.False(publishing.IsCompleted);
        await Create(there).PublishAsync("_acme-challenge.later.example.test", "value", default);

        await publishing;
    }

    [Fact]
    public async Task Publish_NobodyListens_SaysSo()
    {
        using var dead = new DeadServer();
        DynamicUpdateOptions options = bind.Options with { Server = $"127.0.0.1:{dead.Plan.Address.Port}" };

        var exception = await Assert.ThrowsAsync<CertificateException>(() => Create(options).PublishAsync("_acme-challenge.a.example.test", "value", default));

        Assert.Contains("can't be asked: Connection refused", exception.Message, StringComparison.Ordinal);
        Assert.IsType<SocketException>(exception.InnerException);
    }

    [Fact]
    public async Task Publish_Cancelled_Ends()
    {
        using var dead = new DeadServer();
        using var cancelled = new CancellationTokenSource();
        Task publishing = Create(bind.Options with { CheckServers = [$"127.0.0.1:{dead.Plan.Address.Port}"], PropagationTimeout = TimeSpan.FromMinutes(5) })
            .PublishAsync("_acme-challenge.cancel.example.test", "value", cancelled.Token);
        await WaitForTextAsync("_acme-challenge.cancel.example.test");

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
    }

    private static DynamicUpdatePublisher Create(DynamicUpdateOptions options) => new(options, TimeProvider.System);

    private async Task WaitForTextAsync(string name)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        while ((await bind.Server.FindTextsAsync(name)).Count == 0)
        {
            await Task.Delay(20, deadline.Token);
        }
    }
}
