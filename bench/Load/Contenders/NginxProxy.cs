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

    // Files in the page cache, kept open, and sent by the kernel.
    private const string Cache = """
        proxy_cache kept;
        proxy_cache_valid 200 1h;
        proxy_cache_lock on;
        open_file_cache max=1000 inactive=1h;
        open_file_cache_valid 1h;
        sendfile on;
        """;

    public string Name => "nginx";

    /// <summary>It speaks HTTP/2 with servers for gRPC only.</summary>
    public bool CanRun(LoadRow row) => (!row.UpstreamHttp2 || row.Grpc) && row.Encoding is not { IsInNginx: false };

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
            {{(setup.Encoding is { } encoding ? Compression(encoding) : "")}}
            client_max_body_size 0;
            client_body_buffer_size 128k;
            {{(setup.Cached ? $"proxy_cache_path {setup.Workspace.CreateFolder($"nginx-cache-{port}")} levels=1:2 keys_zone=kept:10m use_temp_path=off;" : "")}}
            upstream origin {
                server 127.0.0.1:{{setup.OriginPort}};
                keepalive 256;
                keepalive_requests 1000000000;
                keepalive_timeout 3600s;
            }
            server {
                listen 127.0.0.1:{{port}} {{(setup.Certificate is null ? "" : "ssl")}} {{(setup.Http2 ? "http2" : "")}} reuseport backlog=4096;
                {{(setup.Certificate is { } certificate ? Tls(certificate) : "")}}
                {{(setup.FilesRoot is { } root ? Files(root) : $"location / {{ {(setup.UpstreamHttp2 ? Grpc : Http1)}{(setup.Cached ? Cache : "")} }}")}}
            }
            """;
        string module = setup.Encoding is { Name: "br" } ? $"load_module {ContentEncoding.BrotliModule};" : "";
        ChildProcess process = NginxProcess.Start(setup.Workspace, $"nginx-proxy-{port}", setup.Cpu, setup.Workers, http, module);
        return new Contender(Name, port, process, setup.Certificate is not null, setup.Http2);
    }

    // As its users tune it: descriptors are kept, full packets, and as much of a file at once as the kernel takes.
    private static string Files(string root) => $"""
        root {root};
        default_type application/octet-stream;
        sendfile on;
        sendfile_max_chunk 2m;
        tcp_nopush on;
        open_file_cache max=1000 inactive=1h;
        open_file_cache_valid 60s;
        open_file_cache_errors on;
        """;

    private static string Compression(ContentEncoding encoding) => encoding.Name == "gzip"
        ? $"gzip on; gzip_comp_level {encoding.NginxLevel}; gzip_types *; gzip_min_length 1024; gzip_proxied any; gzip_vary on;"
        : $"brotli on; brotli_comp_level {encoding.NginxLevel}; brotli_types *; brotli_min_length 1024;";

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
