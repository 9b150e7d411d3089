using Sluice.Load.Processes;

namespace Sluice.Load.Contenders;

/// <summary>Starts an nginx that touches nothing outside of the workspace and needs no privileges.</summary>
internal static class NginxProcess
{
    /// <summary>Connections per worker; nginx allocates them at start, so they don't count as growth.</summary>
    private const int WorkerConnections = 32768;

    /// <param name="http">The body of the http block.</param>
    /// <param name="modules">What it loads first.</param>
    /// <param name="before">A command that runs it, with its own behind; empty for none.</param>
    public static ChildProcess Start(Workspace workspace, string name, int? cpu, int workers, string http, string modules = "", params string[] before)
    {
        string prefix = workspace.CreateFolder(name);

        // Workers of a master that runs as root change to another user, who could not read the workspace.
        string user = Environment.UserName == "root" ? "user root;" : "";
        string configuration = $$"""
            {{modules}}
            {{user}}
            daemon off;
            master_process on;
            worker_processes {{workers}};
            worker_rlimit_nofile {{OpenFileLimit.ForChildren}};
            error_log stderr error;
            pid {{prefix}}/nginx.pid;
            events { worker_connections {{Math.Min(WorkerConnections, OpenFileLimit.ForChildren)}}; multi_accept on; }
            http {
            client_body_temp_path {{prefix}}/body;
            proxy_temp_path {{prefix}}/proxy;
            fastcgi_temp_path {{prefix}}/fastcgi;
            uwsgi_temp_path {{prefix}}/uwsgi;
            scgi_temp_path {{prefix}}/scgi;
            {{http}}
            }
            """;
        string file = workspace.Write($"{name}.conf", configuration);
        string[] command = [.. before, ProgramPath.Find("nginx"), "-p", prefix, "-c", file, "-e", "stderr"];
        return ChildProcess.Start(cpu, command[0], command[1..]);
    }
}
