using System.Net;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Resolution;
using Sluice.Proxy.Telemetry;
using Sluice.TestKit.Time;
using Xunit;

namespace Sluice.Proxy.Tests.Resolution;

/// <summary>When names are asked for again, what is said of it, and what they may not resolve to.</summary>
public sealed class RefreshStateTests
{
    private readonly List<string> _lines = [];
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(999, 1_000)]
    [InlineData(30_000, 30_000)]
    [InlineData(86_400_000, 300_000)]
    [InlineData(long.MaxValue, 300_000)]
    public void Answer_IsKeptForItsTimeToLive_WithinTheBounds(long ttlMs, int expectedMs) => Assert.Equal(expectedMs, Create().OnAnswer(ttlMs));

    [Fact]
    public void Failures_AreTriedAgain_MoreAndMoreSeldom()
    {
        RefreshState state = Create();

        Assert.Equal([1_000, 2_000, 4_000, 8_000, 10_000, 10_000], Enumerable.Range(0, 6).Select(_ => state.OnFailure("no", hasLast: true)));
        state.OnAnswer(0);
        Assert.Equal(1_000, state.OnFailure("no", hasLast: true));
        Assert.Equal(1_000, Enumerable.Range(0, 100).Select(_ => Create().OnFailure("no", hasLast: true)).Distinct().Single());
    }

    [Fact]
    public void StaleAnswer_IsWarnedOf_AfterAnHour_EveryTenMinutes()
    {
        RefreshState state = Create();
        state.OnFailure("no", hasLast: true);
        Assert.Equal("dns: app.test can't be resolved: no; the last answer stays in use", Assert.Single(_lines));

        _time.Advance(TimeSpan.FromMinutes(59));
        state.OnFailure("no", hasLast: true);
        Assert.Single(_lines);

        _time.Advance(TimeSpan.FromMinutes(1));
        state.OnFailure("no", hasLast: true);
        state.OnFailure("no", hasLast: true);
        Assert.Equal("dns: app.test could not be resolved for 3600 s; its last answer is old, and still in use", _lines[1]);
        Assert.Equal(2, _lines.Count);

        _time.Advance(TimeSpan.FromMinutes(10));
        state.OnFailure("no", hasLast: true);
        Assert.Equal(3, _lines.Count);

        state.OnAnswer(0);
        Assert.Equal("dns: app.test is resolved again", _lines[3]);
    }

    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::", true)]
    [InlineData("fe80::1", true)]
    [InlineData("239.1.1.1", true)]
    [InlineData("ff02::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("fd00::1", false)]
    public void Guard_DeniesByDefault_WhatNoServerHas(string address, bool isDenied) =>
        Assert.Equal(isDenied, new AddressGuard(DnsPlan.DeniedByDefault).Denies(IPAddress.Parse(address)));

    [Theory]
    [InlineData(1u, "[::1]:80,1.1.1.1:80,1.1.1.2:80")]
    public void Targets_AreSorted_AndTakeTurnsWithinTheirFamily(uint turn, string expected)
    {
        var targets = TargetList.Of(new[] { "1.1.1.2", "::1", "1.1.1.1", "1.1.1.2" }.Select(IPAddress.Parse), 80);

        Assert.Equal(expected, string.Join(',', targets.All));
        Assert.True(targets.HasBothFamilies);
        Assert.Equal(["1.1.1.2:80", "1.1.1.1:80"], Enumerable.Range(0, 2).Select(attempt => targets.At(turn, isIpv6: false, attempt).ToString()));
        Assert.Equal("[::1]:80", targets.At(turn, isIpv6: true, 0).ToString());
    }

    private RefreshState Create() => new("app.test", new DnsPlan(), new MessageLog(_lines.Add), _time);
}
