using System.Globalization;
using System.Net;

namespace Sluice.Cli.Tests;

/// <summary>Clients can't make series of metrics by what they ask for.</summary>
public sealed class CardinalityTests : IDisposable
{
    private const int Connections = 4;
    private const int RequestsEach = 300;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Trait("Case", "L-23")]
    [Trait("Case", "L-24")]
    [Fact]
    public async Task HostsPathsAndMethods_ByChance_MakeNoSeries()
    {
        string file = _folder.Write("a.yaml", """
            listen: 127.0.0.1:0
            workers: 1
            access_log: off
            overload: off
            routes:
              - { match: /hello/*, respond: hello }
              - { match: /api/*, proxy: api, retries: { on: [503] }, mirror: { to: api } }
              - { match: /cached/*, proxy: api, cache: {} }
            upstreams: { api: [http://127.0.0.1:9] }

            """);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();
        await AskAsync(address, ["GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", "GET /hello/ HTTP/1.1\r\nHost: a.test\r\n\r\n", "GET /api/ HTTP/1.1\r\nHost: a.test\r\n\r\n"]);
        IReadOnlyList<string> before = MetricsPage.SeriesOf(await MetricsPage.ReadAsync(sluice.ControlSocket));

        var random = new Random(1);
        string Word() => random.NextInt64().ToString("x", CultureInfo.InvariantCulture);
        string[] folders = ["/hello/", "/api/", "/cached/", "/"];
        for (int i = 0; i < Connections; i++)
        {
            string[] requests = [.. Enumerable.Range(0, RequestsEach).Select(n =>
                $"{(n % 2 == 0 ? "GET" : "M" + Word())} {folders[n % 4]}{Word()}?{Word()} HTTP/1.1\r\nHost: {Word()}.test\r\nUser-Agent: {Word()}\r\n\r\n")];
            await AskAsync(address, requests);
        }

        string page = await MetricsPage.ReadAsync(sluice.ControlSocket);
        Assert.Equal(before.Order(StringComparer.Ordinal), MetricsPage.SeriesOf(page).Order(StringComparer.Ordinal));
        Assert.InRange(before.Count, 10, 10_000);
        Assert.InRange(page.Length, 1, 100_000);
    }

    // The last one asks for the end of the connection, so that all were answered when that comes.
    private static async Task AskAsync(IPEndPoint address, string[] requests)
    {
        using RawClient client = await RawClient.ConnectAsync(address);
        string text = await client.AskAsync(string.Concat(requests) + "GET /hello/ HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n", "never");
        Assert.EndsWith("hello", text, StringComparison.Ordinal);
    }
}
