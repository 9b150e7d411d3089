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
        ClientConnectionCounts counts = Counts(max: 2);
        Assert.True(counts.TryAdd(Address("192.0.2.1")));
        Assert.True(counts.TryAdd(Address("192.0.2.1")));
        Assert.False(counts.TryAdd(Address("192.0.2.1")));
        Assert.True(counts.TryAdd(Address("192.0.2.2")));
    }

    [Fact]
    public void TryAdd_SameIpv6Subnet_IsOneClient()
    {
        ClientConnectionCounts counts = Counts(max: 1);
        Assert.True(counts.TryAdd(Address("2001:db8::1")));
        Assert.False(counts.TryAdd(Address("2001:db8::ffff:2")));
        Assert.True(counts.TryAdd(Address("2001:db8:0:1::1")));
    }

    [Fact]
    public void Remove_LetsAnotherIn()
    {
        ClientConnectionCounts counts = Counts(max: 1);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(counts.TryAdd(Address("192.0.2.1")));
            Assert.False(counts.TryAdd(Address("192.0.2.1")));
            counts.Remove(Address("192.0.2.1"));
        }
    }

    [Fact]
    public void TryAdd_TrustedProxyOrUnixSocketOrNoLimit_IsNotCounted()
    {
        ClientConnectionCounts limited = Counts(max: 1);
        ClientConnectionCounts unlimited = Counts(max: 0);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(limited.TryAdd(Address("10.1.2.3")));
            Assert.True(limited.TryAdd(default));
            Assert.True(unlimited.TryAdd(Address("192.0.2.1")));
        }
    }

    private static ClientConnectionCounts Counts(int max)
    {
        Assert.True(IpRange.TryParse("10.0.0.0/8", out IpRange trusted));
        return new ClientConnectionCounts(Plans.Respond("") with
        {
            Limits = new ProxyLimits { ConnectionsPerClientMax = max },
            Forwarded = new ForwardedPlan { TrustedProxies = [trusted] },
        });
    }

    private static IpAddress Address(string text)
    {
        Assert.True(IpAddress.TryParse(text, out IpAddress address));
        return address;
    }
}
