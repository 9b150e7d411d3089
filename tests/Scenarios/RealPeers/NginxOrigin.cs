using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Certificates;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.RealPeers;

/// <summary>nginx as an origin: a few fixed answers, a large file, and a place to upload to. One for all tests of the class.</summary>
public sealed class NginxOrigin : IAsyncLifetime
{
    /// <summary>The size of <c>/large.bin</c>.</summary>
    internal const int LargeBytes = 8 << 20;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sluice-nginx");
    private Process? _process;

    /// <summary>It as a server of a plan.</summary>
    internal ServerPlan Plan { get; private set; } = null!;

    /// <summary>It as a server of a plan, over TLS as <c>origin.test</c>.</summary>
    internal ServerPlan TlsPlan { get; private set; } = null!;

    /// <summary>Who issued its certificate.</summary>
    internal string AuthorityPem { get; private set; } = "";

    /// <summary>A file that the large one must equal.</summary>
    internal string LargeFile => Path.Combine(_directory.FullName, "www", "large.bin");

    /// <summary>While there is a file of this name, <c>/moody</c> answers 500.</summary>
    internal string BadMoodFile => Path.Combine(_directory.FullName, "bad-mood");

    /// <summary>A directory for what the tests write.</summary>
    internal string Scratch => _directory.FullName;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "www", "uploads"));
        byte[] large = new byte[LargeBytes];
        new Random(1).NextBytes(large);
        await File.WriteAllBytesAsync(LargeFile, large);
        int port = FreePort.Find();
        int tlsPort = FreePort.Find();
        using var authority = new TestAuthority();
        authority.Issue("origin.test").Save(_directory.FullName, "origin");
        AuthorityPem = authority.Pem;
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "nginx.conf"), Configuration(port, tlsPort, BadMoodFile));
        _process = Tool.Start("nginx", ["-p", _directory.FullName + "/", "-c", "nginx.conf", "-e", "error.log"]);
        Plan = new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = port });
        TlsPlan = new ServerPlan(new ServerAddress { Host = "127.0.0.1", Port = tlsPort, IsHttps = true });

        // It begins to listen at one after the other.
        await WaitUntilItListensAsync(port);
        await WaitUntilItListensAsync(tlsPort);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            // Its worker ends with it.
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _directory.Delete(recursive: true);
    }

    private static string Configuration(int port, int tlsPort, string badMood) => $$"""
        daemon off;
        master_process off;
        pid nginx.pid;
        events { worker_connections 512; }
        http {
          access_log off;
          client_body_temp_path client_temp; proxy_temp_path proxy_temp; fastcgi_temp_path fastcgi_temp;
          uwsgi_temp_path uwsgi_temp; scgi_temp_path scgi_temp;
          keepalive_requests 1000000;
          large_client_header_buffers 8 16k;
          client_max_body_size 64m;
          server {
            listen 127.0.0.1:{{port}} backlog=511;
            listen 127.0.0.1:{{tlsPort}} ssl;
            ssl_certificate origin.pem;
            ssl_certificate_key origin.key;
            ssl_protocols TLSv1.2 TLSv1.3;
            ssl_session_cache shared:tls:1m;
            location = /tls { default_type text/plain; return 200 "$ssl_protocol $ssl_server_name $ssl_session_reused\n"; }
            root www;
            location = /hello { default_type text/plain; return 200 "hello from nginx\n"; }
            location = /moody { default_type text/plain; if (-f {{badMood}}) { return 500; } return 200 "fine\n"; }
            location = /counts { stub_status; }
            location = /echo-fields {
              default_type text/plain;
              return 200 "$http_host|$http_x_forwarded_for|$http_x_real_ip|$server_protocol\n";
            }
            location = /post { default_type text/plain; client_body_in_file_only off; proxy_pass http://127.0.0.1:{{port}}/hello; }
            location /uploads/ { dav_methods PUT; create_full_put_path on; }
            location / { }
          }
        }
        """;

    private async Task WaitUntilItListensAsync(int port)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), deadline.Token);
                return;
            }
            catch (SocketException) when (!_process!.HasExited)
            {
                await ticks.WaitForNextTickAsync(deadline.Token);
            }
            catch (SocketException)
            {
                string error = await _process!.StandardError.ReadToEndAsync(CancellationToken.None);
                throw new InvalidOperationException($"nginx ended at once: {error}");
            }
        }
    }
}
