using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Sluice.Cli.Tests;

/// <summary>An operator sees who is out, and why.</summary>
public sealed class HealthStatusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EjectedServerAndOpenCircuit_AreToldWithTheirReasons()
    {
        string origin = $"unix:{_folder.Path}/o.sock";
        string file = _folder.Write("a.yaml", $$"""
            listen: ["127.0.0.1:0", { name: origin, address: "{{origin}}" }]
            workers: 1
            access_log: off
            overload: { max_delay: 60s }
            routes:
              - { match: { listener: origin }, respond: hello }
              - { match: /rest, proxy: tired }
              - proxy: api
            upstreams:
              api: { servers: ["http://127.0.0.1:9", "{{origin}}"], outlier_detection: { ejection_time: 1h, max_ejection_time: 1h } }
              tired: { servers: "http://127.0.0.1:9", circuit_breaker: { min_requests: 1, open_for: 1h, max_open_for: 1h } }

            """);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://{address}") };

        JsonElement api = await AskUntilAsync(client, "/", sluice, upstreams => upstreams[0].GetProperty("servers")[0], "ejection");
        JsonElement ejection = api.GetProperty("ejection");
        JsonElement circuit = await AskUntilAsync(client, "/rest", sluice, upstreams => IsOpen(upstreams[1]) ? upstreams[1] : default, "circuit");
        ProcessResult table = await SluiceProcess.RunAsync("upstreams", "--socket", sluice.ControlSocket);
        using HttpResponseMessage refused = await client.GetAsync(new Uri("/rest", UriKind.Relative));

        Assert.Equal("consecutive_errors", ejection.GetProperty("cause").GetString());
        Assert.EndsWith("errors in a row, the last one connect_refused", ejection.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(3_600, (ejection.GetProperty("until").GetDateTimeOffset() - ejection.GetProperty("since").GetDateTimeOffset()).TotalSeconds);
        Assert.Equal(("open", 1), (circuit.GetProperty("circuit").GetProperty("state").GetString(), circuit.GetProperty("circuit").GetProperty("opened").GetInt32()));
        Assert.StartsWith("100 % of ", circuit.GetProperty("circuit").GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Matches("tired: circuit open since [0-9-]+ [0-9:]+Z: 100 % of ", table.Output);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 3_500, 3_600);
        string metrics = await CurlAsync(sluice, "/metrics");
        Assert.Contains("sluice_ejections_total{upstream=\"api\",reason=\"consecutive_errors\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sluice_ejections_total{upstream=\"api\",reason=\"latency\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sluice_broken_responses_total{upstream=\"api\",reason=\"response_truncated\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sluice_circuit_state{upstream=\"tired\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sluice_circuit_opened_total{upstream=\"tired\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("sluice_circuit_state{upstream=\"api\"}", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AdaptiveConcurrency_IsToldWithWhatItHasLearned()
    {
        string origin = $"unix:{_folder.Path}/o.sock";
        string file = _folder.Write("a.yaml", $$"""
            listen: ["127.0.0.1:0", { name: origin, address: "{{origin}}" }]
            workers: 1
            access_log: off
            overload: { max_delay: 60s }
            routes:
              - { match: { listener: origin }, respond: hello }
              - proxy: api
            upstreams:
              api: { servers: "{{origin}}", adaptive_concurrency: { initial_limit: 7, min_limit: 7, max_limit: 7 } }

            """);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file);
        IPEndPoint address = await sluice.WaitForListenerAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://{address}") };

        JsonElement api = await AskUntilAsync(client, "/", sluice, upstreams => IsLearned(upstreams[0]) ? upstreams[0] : default, "concurrency");
        string metrics = await CurlAsync(sluice, "/metrics");

        Assert.Equal((7, 0, "adapting"), (Of("limit").GetInt32(), Of("turned_away").GetInt32(), Of("phase").GetString()));
        Assert.InRange(Of("baseline_ms").GetDouble(), 0.001, 60_000);
        Assert.Contains("sluice_concurrency_limit{upstream=\"api\"} 7\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sluice_concurrency_turned_away_total{upstream=\"api\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("sluice_concurrency_baseline_seconds{upstream=\"api\"} ", metrics, StringComparison.Ordinal);

        JsonElement Of(string name) => api.GetProperty("concurrency").GetProperty(name);
    }

    private static bool IsLearned(JsonElement upstream) => upstream.GetProperty("concurrency").GetProperty("phase").GetString() == "adapting";

    private static bool IsOpen(JsonElement upstream) => upstream.GetProperty("circuit").GetProperty("state").GetString() == "open";

    // Asks the proxy until a member of the status is there, and returns what has it.
    private static async Task<JsonElement> AskUntilAsync(
        HttpClient client, string path, SluiceProcess sluice, Func<JsonElement, JsonElement> find, string member)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            for (int i = 0; i < 20; i++)
            {
                using HttpResponseMessage response = await client.GetAsync(new Uri(path, UriKind.Relative), deadline.Token);
            }

            using JsonDocument status = JsonDocument.Parse(await CurlAsync(sluice, "/v1/upstreams"));
            JsonElement[] upstreams = [.. status.RootElement.EnumerateArray().OrderBy(upstream => upstream.GetProperty("name").GetString(), StringComparer.Ordinal)];
            JsonElement found = find(JsonSerializer.SerializeToElement(upstreams));
            if (found.ValueKind == JsonValueKind.Object && found.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.Object)
            {
                return found.Clone();
            }
        }
    }

    private static async Task<string> CurlAsync(SluiceProcess sluice, string path)
    {
        using var process = Process.Start(new ProcessStartInfo("curl", ["-s", "--unix-socket", sluice.ControlSocket, "http://x" + path]) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync();
        return output;
    }
}
