using Sluice.Load.Processes;
using Sluice.Load.Rows;

namespace Sluice.Load.Contenders;

/// <summary>Varnish with the same job, where something is kept: in memory, for an hour, and fetched over kept-alive connections.</summary>
internal sealed class VarnishProxy : IContenderLauncher
{
    public string Name => "varnish";

    /// <summary>Only with the cache: without it, it is none of the peers. It has no files that outlive it.</summary>
    public bool CanRun(LoadRow row) => row is { Cached: true, OnDisk: false, Tls: false, Http2: false };

    public Contender Start(ContenderSetup setup)
    {
        int port = Workspace.FreePort();
        string program = setup.Workspace.Write($"varnish-{port}.vcl", $$"""
            vcl 4.1;
            backend origin { .host = "127.0.0.1"; .port = "{{setup.OriginPort}}"; }
            """);

        // One pool of threads is for one core; it has a thread for each connection that is served. The log in shared memory is always on.
        ChildProcess process = ChildProcess.Start(
            setup.Cpu, ProgramPath.Find("varnishd"),
            "-F", "-j", "none", "-n", setup.Workspace.CreateFolder($"varnish-{port}"), "-a", $"127.0.0.1:{port}", "-f", program, "-s", "malloc,256m", "-t", "3600",
            "-p", "thread_pools=1", "-p", "thread_pool_min=200", "-p", "timeout_idle=3600");
        return new Contender(Name, port, process);
    }
}
