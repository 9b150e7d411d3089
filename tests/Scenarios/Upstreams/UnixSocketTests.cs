using System.Net.Sockets;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Upstreams;

/// <summary>Unix sockets on either side.</summary>
public sealed class UnixSocketTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sluice");

    [Fact]
    public async Task UnixServer_IsForwardedTo()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream upstream = ScriptedUpstream.StartUnix(PathOf("app.sock"), transcript);
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), transcript, upstream.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        ScriptedServerConnection server = await upstream.AcceptAsync();

        HttpRequest request = await server.ServeAsync("over unix");

        Assert.Equal("a.test", request["Host"]);
        Assert.Equal("over unix", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task UnixServer_ThatIsNotThere_Gives502()
    {
        var server = new ServerPlan(new ServerAddress { UnixPath = PathOf("missing.sock") });
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), server);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal(502, (await client.ExchangeAsync(Story.Get)).Status);
    }

    [Fact]
    public async Task UnixListener_ServesClients()
    {
        await using RecordingUpstream upstream = RecordingUpstream.Start();
        var setup = new ProxySetup { Listen = new UnixDomainSocketEndPoint(PathOf("sluice.sock")), Workers = 2 };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), upstream.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("recorder", (await client.ExchangeAsync(Story.Get)).Text);
        Assert.Equal("recorder", (await client.ExchangeAsync(Story.Get)).Text);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);
}
