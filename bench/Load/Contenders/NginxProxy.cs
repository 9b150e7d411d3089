using Sluice.Load.Processes;
using Sluice.Load.Rows;

namespace Sluice.Load.Contenders;

/// <summary>nginx as a reverse proxy, tuned: kept-alive upstream connections, no access log, a listening socket per worker.</summary>
internal sealed class NginxProxy : IContenderLauncher
{
    private const string Http1 = """
        proxy_pass http://origin;
        proxy_http_version 1.1;
        proxy_request_buffering off;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Real-IP $remote_addr;
        """;

    private const string Grpc = """
        grpc_pass grpc://origin;
        grpc_set_header X-Forwarded-For $remote_addr;
        grpc_set_header X-Forwarded-Proto $scheme;
        grpc_set_header X-Forwarded-Host $http_host;
        grpc_set_header X-Real-IP $remote_addr;
        """;

    public string Name => "nginx";

    /// <summary>It speaks HTTP/2 with servers for gRPC only.</summary>
    public bool CanRun(LoadRow row) => !row.UpstreamHttp2 || row.Grpc;

    public Contender Start(ContenderSetup setup)
    {
        int port = Workspace.FreePort();
        string http = $$"""
            access_log off;
            keepalive_timeout 3600s;
            keepalive_requests 1000000000;
            tcp_nodelay on;
            # 100 KB fits into memory: with the default of 32 KB nginx would write the rest to a file. 32 KB each measured best
            # (of 4, 16, 32 and 64).
            proxy_buffer_size 32k;
            proxy_buffers 8 32k;
            proxy_busy_buffers_size 128k;
            proxy_max_temp_file_size 0;
            client_max_body_size 0;
            client_body_buffer_size 128k;
            upstream origin {
                server 127.0.0.1:{{setup.OriginPort}};
                keepalive 256;
                keepalive_requests 1000000000;
                keepalive_timeout 3600s;
            }
            server {
                listen 127.0.0.1:{{port}} {{(setup.Certificate is null ? "" : "ssl")}} {{(setup.Http2 ? "http2" : "")}} reuseport backlog=4096;
                {{(setup.Certificate is { } certificate ? Tls(certificate) : "")}}
                location / {
                    {{(setup.UpstreamHttp2 ? Grpc : Http1)}}
                }
            }
            """;
        ChildProcess process = NginxProcess.Start(setup.Workspace, $"nginx-proxy-{port}", setup.Cpu, setup.Workers, http);
        return new Contender(Name, port, process, setup.Certificate is not null, setup.Http2);
    }

    // The same versions, ciphers and groups as Sluice's defaults, and the same library.
    private static string Tls(CertificateFiles certificate) => $"""
        ssl_certificate {certificate.Certificate};
        ssl_certificate_key {certificate.Key};
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_ciphers {TlsProtocol.Ciphers};
        ssl_ecdh_curve X25519:P-256:P-384;
        ssl_prefer_server_ciphers on;
        ssl_session_tickets on;
        """;
}
