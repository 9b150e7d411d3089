using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Splitting;

/// <summary>A proxy that splits its requests between three servers, each of which answers with its name.</summary>
internal sealed class SplitStage : IAsyncDisposable
{
    private static readonly string[] Names = ["stable", "canary", "third"];

    private readonly Dictionary<string, RecordingUpstream> _servers = Names.ToDictionary(name => name, RecordingUpstream.Start);

    private SplitStage() => Proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), _servers["stable"].Plan);

    internal ProxyFixture Proxy { get; }

    /// <summary>Starts the servers and a proxy with these shares.</summary>
    internal static SplitStage Begin(StickyPlan? sticky, params (string Name, int Weight)[] shares)
    {
        var stage = new SplitStage();
        stage.Split(sticky, shares);
        return stage;
    }

    /// <summary>Reloads with other shares.</summary>
    internal void Split(StickyPlan? sticky, params (string Name, int Weight)[] shares)
    {
        List<UpstreamShare> split = [.. shares.Select(share => new UpstreamShare(UpstreamOf(share.Name), share.Weight))];
        ProxyPlan plan = Proxy.Server.Plan;
        Proxy.Server.Reload(plan with
        {
            Routes = [new RoutePlan { Name = "split", Action = new ProxyAction([.. split]) { Sticky = sticky } }],
            Upstreams = [.. split.Select(share => share.Upstream)],
        });
    }

    /// <summary>Sends a request with these fields and returns the response, whose text names the server.</summary>
    internal static Task<HttpResponse> AskAsync(ScriptedClient client, string fields = "", string query = "") =>
        client.ExchangeAsync($"GET /{query} HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n");

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        foreach (RecordingUpstream server in _servers.Values)
        {
            await server.DisposeAsync();
        }
    }

    private UpstreamPlan UpstreamOf(string name) => new() { Name = name, Servers = [_servers[name].Plan] };
}
