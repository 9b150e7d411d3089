using System.Net.Sockets;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Shutdown;

/// <summary>Stopping without harm to requests in progress.</summary>
public sealed class ShutdownTests
{
    private static readonly TimeSpan Grace = Patience.PerStep;

    [Fact]
    public async Task Stop_WithARequestInProgress_LetsItFinish()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        Task<bool> stopping = story.Proxy.StopAsync(Grace);
        await client.ExpectSilenceAsync(TimeSpan.FromMilliseconds(100));
        await server.RespondAsync("finished");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(("finished", "close"), (response.Text, response["Connection"]));
        await client.ExpectClosedAsync();
        Assert.True(await stopping);
    }

    [Fact]
    public async Task Stop_WithAnUploadInProgress_LetsItFinish()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Story.Post + "Content-Length: 10\r\n\r\nhello");

        Task<bool> stopping = story.Proxy.StopAsync(Grace);
        await server.ExpectAsync("hello");
        await client.SendAsync("world");
        await server.ExpectAsync("world");
        await server.RespondAsync("finished");

        Assert.Equal("finished", (await client.ReadResponseAsync()).Text);
        Assert.True(await stopping);
    }

    [Fact]
    public async Task Stop_WithIdleClientsAndPooledConnections_ClosesThem()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        ScriptedClient fresh = await story.ConnectAsync("fresh");

        Assert.True(await story.Proxy.StopAsync(Grace));

        await client.ExpectClosedAsync();
        await fresh.ExpectGoneAsync();
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Stop_WhenTheGraceIsOver_EndsWhatIsLeft()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();

        bool inTime = await story.Proxy.StopAsync(TimeSpan.FromMilliseconds(100));

        Assert.False(inTime);
        Assert.Equal(503, (await client.ReadResponseAsync()).Status);
        await client.ExpectGoneAsync();
        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Stop_Begun_NoLongerAccepts()
    {
        await using Story story = Story.Begin();
        Assert.True(await story.Proxy.StopAsync(Grace));

        await Assert.ThrowsAnyAsync<SocketException>(() => story.ConnectAsync("late"));
    }
}
