using Sluice.Load.Processes;

namespace Sluice.Load.Contenders;

/// <summary>HAProxy with the same job: upstream connections always reused, no logs, no connection limits in the way.</summary>
internal sealed class HaproxyProxy : IContenderLauncher
{
    public string Name => "haproxy";

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
                bind 127.0.0.1:{port} backlog 4096
                maxconn 30000
                option forwardfor
                http-request set-header X-Forwarded-Proto http
                http-request set-header X-Forwarded-Host %[req.hdr(host)]
                http-request set-header X-Real-IP %[src]
                default_backend origin
            backend origin
                http-reuse always
                server origin 127.0.0.1:{setup.OriginPort} pool-max-conn -1 pool-purge-delay 1h
            """ + "\n";
        string file = setup.Workspace.Write($"haproxy-{port}.cfg", configuration);
        ChildProcess process = ChildProcess.Start(setup.Cpu, ProgramPath.Find("haproxy"), "-db", "-q", "-f", file);
        return new Contender(Name, port, process);
    }
}
