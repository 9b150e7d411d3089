using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.RealPeers;

/// <summary>nginx as three origins that answer 503 to everything, and counts how many requests they had.</summary>
internal sealed class BusyOrigin : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sluice-busy");
    private readonly int[] _ports = [FreePort.Find(), FreePort.Find(), FreePort.Find()];
    private readonly int _statusPort = FreePort.Find();
    private readonly Process _process;
    private int _questions;

    internal BusyOrigin()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "nginx.conf"), Configuration());
        _process = Tool.Start("nginx", ["-p", _directory.FullName + "/", "-c", "nginx.conf", "-e", "error.log"]);
    }

    /// <summary>The origins.</summary>
    internal IReadOnlyList<ServerPlan> Servers => [.. _ports.Select(port => new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = port }))];

    /// <summary>Requests that they had so far; waits for them to listen.</summary>
    internal async Task<long> CountAsync()
    {
        using var client = new HttpClient();
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                string text = await client.GetStringAsync(new Uri($"http://127.0.0.1:{_statusPort}/"), deadline.Token);
                _questions++;
                return long.Parse(Regex.Match(text, @"^ \d+ \d+ (\d+)", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture) - _questions;
            }
            catch (HttpRequestException)
            {
                await ticks.WaitForNextTickAsync(deadline.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private string Configuration() => $$"""
        daemon off;
        master_process off;
        pid nginx.pid;
        events { worker_connections 1024; }
        http {
          access_log off;
          client_body_temp_path client_temp; proxy_temp_path proxy_temp; fastcgi_temp_path fastcgi_temp;
          uwsgi_temp_path uwsgi_temp; scgi_temp_path scgi_temp;
          keepalive_requests 1000000;
          server {
            {{string.Concat(_ports.Select(port => $"listen 127.0.0.1:{port} backlog=511; "))}}
            location / { default_type text/plain; return 503 "busy\n"; }
          }
          server {
            listen 127.0.0.1:{{_statusPort}};
            location / { stub_status; }
          }
        }
        """;
}
