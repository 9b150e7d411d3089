using Sluice.Load.Processes;
using Sluice.Load.Rows;

namespace Sluice.Load.Contenders;

/// <summary>HAProxy with the same job: upstream connections always reused, no logs, no connection limits in the way.</summary>
internal sealed class HaproxyProxy : IContenderLauncher
{
    public string Name => "haproxy";

    /// <summary>Its cache is for small objects alone, and not compared with, and it serves no files. Over TLS only where a goal is against it: it has no part in the rows of HTTP/1.1 over TLS.</summary>
    public bool CanRun(LoadRow row) => (!row.Tls || row.Http2) && row is { Cached: false, Files: false, Encoding: null };

    public Contender Start(ContenderSetup setup)
    {
        int port = Workspace.FreePort();
        string configuration = $"""
            global
                nbthread {setup.Workers}
                maxconn 30000
                ulimit-n {OpenFileLimit.ForChildren}
                # An idle connection holds one descriptor, not the two that maxconn is checked against.
                no strict-limits
                # Without it HAProxy allows itself idle upstream connections only for a share of its descriptors.
                tune.pool-low-fd-ratio 100
                tune.pool-high-fd-ratio 100
            defaults
                mode http
                timeout connect 10s
                timeout client 1h
                timeout server 1h
                timeout http-keep-alive 1h
                timeout http-request 1h
                option http-keep-alive
                # Costs nothing on small messages and a fifth less on 100 KB, both ways (measured; splice-auto gains nothing there).
                option splice-response
                option splice-request
            frontend clients
                bind 127.0.0.1:{port} backlog 4096{Protocol(setup)}
                maxconn 30000
                option forwardfor
                http-request set-header X-Forwarded-Proto {(setup.Certificate is null ? "http" : "https")}
                http-request set-header X-Forwarded-Host %[req.hdr(host)]
                http-request set-header X-Real-IP %[src]
                default_backend origin
            backend origin
                http-reuse always
                server origin 127.0.0.1:{setup.OriginPort} pool-max-conn -1 pool-purge-delay 1h{(setup.UpstreamHttp2 ? " proto h2" : "")}
            """ + "\n";
        string file = setup.Workspace.Write($"haproxy-{port}.cfg", configuration);
        ChildProcess process = ChildProcess.Start(setup.Cpu, ProgramPath.Find("haproxy"), "-db", "-q", "-f", file);
        return new Contender(Name, port, process, setup.Certificate is not null, setup.Http2);
    }

    // Versions, ciphers and groups as in Sluice's defaults.
    private static string Protocol(ContenderSetup setup) => setup.Certificate is { } certificate
        ? $" ssl crt {certificate.Both} alpn {(setup.Http2 ? "h2,http/1.1" : "http/1.1")} ssl-min-ver TLSv1.2"
            + $" ciphers {TlsProtocol.Ciphers} ciphersuites {TlsProtocol.CipherSuites} curves X25519:P-256:P-384"
        : setup.Http2 ? " proto h2" : "";
}
