using System.Net;
using Sluice.Proxy.Resolution;
using Xunit;

namespace Sluice.Proxy.Tests.Resolution;

/// <summary>What the files of the system say about names.</summary>
public sealed class ResolverFileTests
{
    [Fact]
    public void ResolverFile_Read_HasServersSearchListAndDots()
    {
        ResolverFile file = ResolverFile.Parse(
            ["# comment", "nameserver 10.0.0.2", "nameserver\tfd00::2", "nameserver nonsense", "nameserver 10.0.0.3", "nameserver 10.0.0.4", "search one.test two.test.", "options timeout:1 ndots:2"]);

        Assert.Equal(["10.0.0.2:53", "[fd00::2]:53", "10.0.0.3:53"], file.Servers.Select(server => server.ToString()));
        Assert.Equal(["app.one.test", "app.two.test", "app"], file.NamesFor("app"));
        Assert.Equal(["a.b.one.test", "a.b.two.test", "a.b"], file.NamesFor("a.b").OrderBy(name => name == "a.b"));
        Assert.Equal("a.b.c", file.NamesFor("a.b.c").First());
    }

    [Fact]
    public void ResolverFile_Empty_AsksThisHost()
    {
        ResolverFile file = ResolverFile.Parse([]);

        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 53)], file.Servers);
        Assert.Equal(["app"], file.NamesFor("app"));
    }

    [Theory]
    [InlineData("app", "10.0.0.1,fd00::1")]
    [InlineData("APP.test", "10.0.0.1")]
    [InlineData("commented", "")]
    [InlineData("10.0.0.1", "")]
    public void HostsFile_NamesTheAddresses(string name, string addresses)
    {
        string[] lines = ["# 10.0.0.9 app", "10.0.0.1\tapp.test  app # commented", "fd00::1 app", "10.0.0.1 app", "nonsense app", ""];

        Assert.Equal(addresses, string.Join(',', HostsFile.FindIn(lines, name)));
    }

    [Fact]
    public void Localhost_IsKnownWithoutAnyFile() => Assert.Contains(IPAddress.Loopback, HostsFile.Find("localhost"));
}
