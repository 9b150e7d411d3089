using System.Globalization;
using Sluice.Config;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Samples;

/// <summary>A proxy run from a file of samples/, on a port that is free, with a scripted upstream in place of <c>127.0.0.1:3000</c>.</summary>
public sealed class SampleProxy : IAsyncDisposable
{
    private SampleProxy(string name, (string From, string To)[] changes, (int Port, ServerPlan Server)[] servers)
    {
        Upstream = ScriptedUpstream.Start(Transcript);
        Proxy = ProxyFixture.Start(PlanOf(name, [.. changes, .. AddressesOf(Upstream.Plan, servers)]), Transcript);
    }

    /// <summary>What all sides did.</summary>
    public Transcript Transcript { get; } = new();

    /// <summary>The server behind it.</summary>
    public ScriptedUpstream Upstream { get; }

    /// <summary>The proxy.</summary>
    public ProxyFixture Proxy { get; }

    /// <summary>Where the samples are.</summary>
    internal static string Folder => Path.Combine(Root(), "samples");

    /// <summary>Starts a sample.</summary>
    public static SampleProxy Start(string name) => new(name, [], []);

    /// <summary>Starts a sample with servers in place of those at some ports.</summary>
    public static SampleProxy Start(string name, params (int Port, ServerPlan Server)[] servers) => new(name, [], servers);

    /// <summary>The same with texts of a test in place of some of its own, for a time that is shorter than what a step of a script may wait.</summary>
    public static SampleProxy Start(string name, (string From, string To)[] changes, params (int Port, ServerPlan Server)[] servers) =>
        new(name, changes, servers);

    /// <summary>What a sample says, on a port that is free, with a server in place of <c>127.0.0.1:3000</c>, and others in place of those at other ports.</summary>
    internal static ProxyPlan PlanOf(string name, ServerPlan server, params (int Port, ServerPlan Server)[] others) =>
        PlanOf(name, AddressesOf(server, others));

    /// <summary>What a sample says, on a port that is free, with texts of a test in place of its own.</summary>
    internal static ProxyPlan PlanOf(string name, params (string From, string To)[] changes)
    {
        string text = changes.Aggregate(ReadText(name), (changed, change) => changed.Replace(change.From, change.To, StringComparison.Ordinal));
        return ConfigLoader.LoadText(text, name).Plan ?? throw new InvalidOperationException($"{name} has errors");
    }

    /// <summary>The text of a sample, with a port that is free.</summary>
    internal static string ReadText(string name) =>
        File.ReadAllText(Path.Combine(Folder, name)).Replace("\":8080\"", "127.0.0.1:0", StringComparison.Ordinal);

    /// <summary>Asks for something that the proxy answers itself.</summary>
    public async Task<HttpResponse> AskAsync(string target, string host = "a.test") =>
        await (await Proxy.ConnectAsync()).ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");

    /// <summary>Asks for something that goes to the server, which answers 200 with these fields.</summary>
    public async Task<(HttpRequest Request, HttpResponse Response)> ForwardAsync(string target, string fields = "", string responseFields = "")
    {
        ScriptedClient client = await Proxy.ConnectAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n");
        ScriptedServerConnection server = await Upstream.AcceptAsync();
        HttpRequest request = await server.ReadRequestAsync();
        await server.SendAsync($"HTTP/1.1 200 OK\r\n{responseFields}Content-Length: 2\r\n\r\nok");
        HttpResponse response = await client.ReadResponseAsync();
        server.Close();
        return (request, response);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private static (string From, string To)[] AddressesOf(ServerPlan server, (int Port, ServerPlan Server)[] others) =>
    [
        ("http://127.0.0.1:3000", $"http://127.0.0.1:{server.Address.Port.ToString(CultureInfo.InvariantCulture)}"),
        .. others.Select(pair => ($"http://127.0.0.1:{pair.Port}", pair.Server.Address.ToString())),
    ];

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sluice.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run below the repository.");
        }

        return folder;
    }
}
