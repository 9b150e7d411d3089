using System.Globalization;
using Sluice.Config;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Samples;

/// <summary>A proxy run from a file of samples/, on a port that is free, with a scripted upstream in place of <c>127.0.0.1:3000</c>.</summary>
public sealed class SampleProxy : IAsyncDisposable
{
    private SampleProxy(string name)
    {
        Upstream = ScriptedUpstream.Start(Transcript);
        string port = Upstream.Plan.Address.Port.ToString(CultureInfo.InvariantCulture);
        string text = File.ReadAllText(Path.Combine(Root(), "samples", name))
            .Replace("listen: \":8080\"", "listen: 127.0.0.1:0", StringComparison.Ordinal)
            .Replace("http://127.0.0.1:3000", $"http://127.0.0.1:{port}", StringComparison.Ordinal);
        ProxyPlan plan = ConfigLoader.LoadText(text, name).Plan ?? throw new InvalidOperationException($"{name} has errors");
        Proxy = ProxyFixture.Start(plan, Transcript);
    }

    /// <summary>What all sides did.</summary>
    public Transcript Transcript { get; } = new();

    /// <summary>The server behind it.</summary>
    public ScriptedUpstream Upstream { get; }

    /// <summary>The proxy.</summary>
    public ProxyFixture Proxy { get; }

    /// <summary>Starts a sample.</summary>
    public static SampleProxy Start(string name) => new(name);

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
