using Sluice.Load.Contenders;
using Sluice.Load.Processes;

namespace Sluice.Load.Faults;

/// <summary>An nginx that things are done to: it is killed, frozen, cut off and started again.</summary>
internal sealed class FaultOrigin : IDisposable
{
    private readonly Workspace _workspace;
    private readonly NetworkSpace? _space;
    private ChildProcess? _process;

    /// <param name="space">Where it runs; null for this network.</param>
    public FaultOrigin(Workspace workspace, NetworkSpace? space)
    {
        _workspace = workspace;
        _space = space;
        Port = Workspace.FreePort();
        Host = space is null ? "127.0.0.1" : NetworkSpace.Inside;
    }

    public string Host { get; }

    public int Port { get; }

    public void Start() => _process = NginxProcess.Start(
        _workspace,
        $"faulty-{Port}",
        null,
        1,
        $$"""
        access_log off;
        keepalive_timeout 3600s;
        keepalive_requests 1000000000;
        tcp_nodelay on;
        default_type application/octet-stream;
        server {
            listen {{Host}}:{{Port}} backlog=4096;
            location / { return 200 "{{new string('x', Origin.SmallBytes)}}"; }
        }
        """,
        before: _space?.Enter() ?? []);

    /// <summary>Ends it at once, as a crash does: SIGKILL, workers first, so that none is left to answer.</summary>
    public async Task KillAsync(CancellationToken stop)
    {
        await SignalAsync("KILL", stop);
        _process?.Dispose();
    }

    /// <summary>Stops its worker and master, whose sockets stay open.</summary>
    public Task FreezeAsync(CancellationToken stop) => SignalAsync("STOP", stop);

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync(CancellationToken stop) => SignalAsync("CONT", stop);

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            // A stopped process takes no SIGTERM.
            ThawAsync(CancellationToken.None).Wait();
        }

        _process?.Dispose();
    }

    private Task<string> SignalAsync(string signal, CancellationToken stop)
    {
        string ids = string.Join(' ', ProcessTree.Of(_process!.Id).AsEnumerable().Reverse());
        return ChildProcess.RunAsync(null, TimeSpan.FromSeconds(5), "sh", ["-c", $"kill -{signal} {ids}"], stop);
    }
}
