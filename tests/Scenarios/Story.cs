using Sluice.Proxy.Plans;

namespace Sluice.Scenarios;

/// <summary>The stage of a scenario: a proxy in front of one scripted upstream, with one transcript for all sides.</summary>
public sealed class Story : IAsyncDisposable
{
    /// <summary>The plainest request.</summary>
    public const string Get = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

    /// <summary>The beginning of a request with content; its framing follows.</summary>
    public const string Post = "POST / HTTP/1.1\r\nHost: a.test\r\n";

    private Story(ProxySetup setup, Func<ServerPlan, IReadOnlyList<ServerPlan>> servers)
    {
        Upstream = ScriptedUpstream.Start(Transcript);
        Proxy = ProxyFixture.Start(setup, Transcript, servers(Upstream.Plan));
    }

    /// <summary>What all sides did.</summary>
    public Transcript Transcript { get; } = new();

    /// <summary>The upstream.</summary>
    public ScriptedUpstream Upstream { get; }

    /// <summary>The proxy.</summary>
    public ProxyFixture Proxy { get; }

    /// <summary>Starts the upstream and the proxy.</summary>
    public static Story Begin(ProxySetup? setup = null) => new(setup ?? new ProxySetup(), server => [server]);

    /// <summary>The same with these limits.</summary>
    public static Story Begin(ProxyLimits limits) => Begin(new ProxySetup { Limits = limits });

    /// <summary>The same with these servers before the scripted upstream.</summary>
    public static Story BeginWith(ProxySetup setup, params IReadOnlyList<ServerPlan> before) => new(setup, server => [.. before, server]);

    /// <summary>Connects a client.</summary>
    public Task<ScriptedClient> ConnectAsync(string name = "client", int receiveBufferBytes = 0) =>
        Proxy.ConnectAsync(name, receiveBufferBytes);

    /// <summary>Accepts the proxy's next connection.</summary>
    public Task<ScriptedServerConnection> AcceptAsync() => Upstream.AcceptAsync();

    /// <summary>
    /// Sends a request over a fresh client connection, and accepts the proxy's fresh connection for it, with the request's head read.
    /// </summary>
    public async Task<(ScriptedClient Client, ScriptedServerConnection Server)> OpenAsync(string request = Get, int receiveBufferBytes = 0)
    {
        ScriptedClient client = await ConnectAsync(receiveBufferBytes: receiveBufferBytes);
        await client.SendAsync(request);
        ScriptedServerConnection server = await AcceptAsync();
        await server.ReadHeadAsync();
        return (client, server);
    }

    /// <summary>Does a whole exchange over fresh connections and leaves both open.</summary>
    public async Task<(ScriptedClient Client, ScriptedServerConnection Server)> WarmUpAsync()
    {
        (ScriptedClient client, ScriptedServerConnection server) = await OpenAsync();
        await server.RespondAsync("warm");
        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal("warm", response.Text);
        return (client, server);
    }

    /// <summary>The access-log line that is as described.</summary>
    public async Task<AccessLogEntry> LogLineAsync(Func<AccessLogEntry, bool> isMeant) => (await Proxy.AccessLog.WaitForAsync(isMeant))[0];

    /// <summary>The access-log line of the only request.</summary>
    public Task<AccessLogEntry> LogLineAsync() => LogLineAsync(_ => true);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
