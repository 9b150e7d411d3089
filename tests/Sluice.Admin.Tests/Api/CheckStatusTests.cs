using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sluice.Admin.Metrics;
using Sluice.Config;
using Sluice.Proxy;

namespace Sluice.Admin.Api;

public sealed class CheckStatusTests
{
    [Fact]
    public async Task Check_OfAServerThatRefuses_IsInTheReportAndTheMetrics()
    {
        // Bound and not listened on: it refuses, and nobody else can have it.
        using var dead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        dead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string url = $"http://{dead.LocalEndPoint}";
        string text = $$"""
            listen: 127.0.0.1:0
            access_log: off
            routes: [{ match: /a, proxy: checked }, { proxy: plain }]
            upstreams:
              plain: {{url}}
              checked: { servers: {{url}}, health_check: { type: tcp, fast_interval: 10ms, fall: 1 } }
            """;
        await using SluiceServer server = SluiceServer.Start(ConfigLoader.LoadText(text, "a.yaml").Plan!, new SluiceServerOptions { Workers = 1, Log = _ => { } });

        ServerStatus status = await WaitForCheckAsync(server);

        Assert.Equal(("down", "health check: connect_refused"), (status.Checks, status.Reason));
        Assert.Equal((false, "connect_refused"), (status.LastCheck!.IsPassed, status.LastCheck.Result));
        Assert.True(status.LastCheck is { InARow: > 0, DurationMs: >= 0 });
        Assert.Null(StatusReports.UpstreamsOf(server).Single(upstream => upstream.Name == "plain").Servers[0].LastCheck);
        string json = JsonSerializer.Serialize(StatusReports.UpstreamsOf(server), ApiJson.Default.IReadOnlyListUpstreamStatus);
        Assert.Contains("\"result\": \"connect_refused\"", json, StringComparison.Ordinal);
        var metrics = new MetricsText();
        CheckMetrics.Write(metrics, server.Plan, server.Servers);
        Assert.Matches($$"""sluice_health_checks_total\{upstream="checked",server="{{url}}",result="failed"\} [1-9]""", metrics.ToString());
        Assert.DoesNotContain("plain", metrics.ToString(), StringComparison.Ordinal);
    }

    private static async Task<ServerStatus> WaitForCheckAsync(SluiceServer server)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            ServerStatus status = StatusReports.UpstreamsOf(server).Single(upstream => upstream.Name == "checked").Servers[0];
            if (status is { LastCheck: not null, Checks: "down" })
            {
                return status;
            }

            await ticks.WaitForNextTickAsync(deadline.Token);
        }
    }
}
