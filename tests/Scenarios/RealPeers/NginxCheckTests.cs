using System.Diagnostics;
using Sluice.Proxy.Health;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Upstreams;
using Sluice.Scenarios.Checks;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.RealPeers;

/// <summary>nginx as a server that is stopped and started.</summary>
public sealed class NginxCheckTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sluice-nginx");
    private readonly int _port = FreePort.Find();
    private Process? _nginx;

    public void Dispose()
    {
        Stop();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Nginx_StoppedAndStarted_GoesDownAndComesBack()
    {
        HealthCheckPlan check = new()
        {
            Path = "/healthz", IntervalMs = 100, FastIntervalMs = 50, TimeoutMs = 20_000, Rise = 2, Fall = 2, StartsDown = true,
            Expected = new ExpectedText("nginx is well"),
        };
        var server = new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = _port });
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup { HealthCheck = check }, new Transcript(), server);
        ScriptedClient client = await proxy.ConnectAsync();

        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(503, (await client.ExchangeAsync(Story.Get)).Status);
            Start();
            await ExpectAsync(proxy, Availability.Ready);
            Assert.Equal("hello", (await client.ExchangeAsync(Story.Get)).Text);
            Stop();
            await ExpectAsync(proxy, Availability.Unavailable);
        }

        Assert.Equal("health check: connect_refused", proxy.Server.Servers[0].Health.Last.Reason);
    }

    private static Task ExpectAsync(ProxyFixture proxy, Availability expected)
    {
        ServerState server = proxy.Server.Servers[0];
        return CheckStage.WaitForAsync(proxy.Server, () => server.Health.Availability == expected, $"{expected}");
    }

    private void Start()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            events { worker_connections 64; }
            http {
              access_log off;
              client_body_temp_path client_temp; proxy_temp_path proxy_temp; fastcgi_temp_path fastcgi_temp;
              uwsgi_temp_path uwsgi_temp; scgi_temp_path scgi_temp;
              server {
                listen 127.0.0.1:{{_port}};
                location = /healthz { return 200 "nginx is well\n"; }
                location / { return 200 "hello"; }
              }
            }
            """);
        _nginx = Tool.Start("nginx", ["-p", _directory.FullName + "/", "-c", "nginx.conf", "-e", "error.log"]);
    }

    private void Stop()
    {
        if (_nginx is { } process)
        {
            _nginx = null;
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }
}
