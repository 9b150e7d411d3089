using Sluice.Http.Addresses;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Plans;
using Xunit;

namespace Sluice.Proxy.Tests;

public sealed class ClientConnectionCountsTests
{
    [Fact]
    public void TryAdd_SameIpv4Address_IsLimited()
    {
        ClientConnectionCounts counts = new();
        ProxyPlan plan = Plan(max: 2);
        Assert.True(counts.TryAdd(Address("192.0.2.1"), plan, out _));
        Assert.True(counts.TryAdd(Address("192.0.2.1"), plan, out _));
        Assert.False(counts.TryAdd(Address("192.0.2.1"), plan, out _));
        Assert.True(counts.TryAdd(Address("192.0.2.2"), plan, out _));
    }

    [Trait("Case", "L-04")]
    [Fact]
    public void TryAdd_SameIpv6Subnet_IsOneClient()
    {
        ClientConnectionCounts counts = new();
        ProxyPlan plan = Plan(max: 1);
        Assert.True(counts.TryAdd(Address("2001:db8::1"), plan, out _));
        Assert.False(counts.TryAdd(Address("2001:db8::ffff:2"), plan, out _));
        Assert.True(counts.TryAdd(Address("2001:db8:0:1::1"), plan, out _));
    }

    [Fact]
    public void Remove_LetsAnotherIn()
    {
        ClientConnectionCounts counts = new();
        ProxyPlan plan = Plan(max: 1);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(counts.TryAdd(Address("192.0.2.1"), plan, out _));
            Assert.False(counts.TryAdd(Address("192.0.2.1"), plan, out _));
            counts.Remove(Address("192.0.2.1"));
        }
    }

    [Fact]
    public void TryAdd_TrustedProxyOrUnixSocketOrNoLimit_IsNotCounted()
    {
        ClientConnectionCounts counts = new();
        for (int i = 0; i < 5; i++)
        {
            Assert.True(counts.TryAdd(Address("10.1.2.3"), Plan(max: 1), out _));
            Assert.True(counts.TryAdd(default, Plan(max: 1), out _));
            Assert.True(counts.TryAdd(Address("192.0.2.1"), Plan(max: 0), out _));
        }
    }

    [Fact]
    public void TryAdd_LimitThatAReloadBrings_CountsFromThenOn()
    {
        ClientConnectionCounts counts = new();
        Assert.True(counts.TryAdd(Address("192.0.2.1"), Plan(max: 0), out bool isCounted));
        Assert.False(isCounted);
        Assert.True(counts.TryAdd(Address("192.0.2.1"), Plan(max: 1), out isCounted));
        Assert.True(isCounted);
        Assert.False(counts.TryAdd(Address("192.0.2.1"), Plan(max: 1), out isCounted));
        Assert.False(isCounted);
    }

    private static ProxyPlan Plan(int max)
    {
        Assert.True(IpRange.TryParse("10.0.0.0/8", out IpRange trusted));
        return Plans.Respond("") with
        {
            Limits = new ProxyLimits { ConnectionsPerClientMax = max },
            Forwarded = new ForwardedPlan { TrustedProxies = [trusted] },
        };
    }

    private static IpAddress Address(string text)
    {
        Assert.True(IpAddress.TryParse(text, out IpAddress address));
        return address;
    }
}
