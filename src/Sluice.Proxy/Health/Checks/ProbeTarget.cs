using Sluice.Proxy.Plans.Checks;
using Sluice.Proxy.Resolution;
using Sluice.Proxy.Upstreams;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Health.Checks;

/// <summary>A server as checks speak to it: the same TLS and version of HTTP, but connections of their own, which no limit of the server's counts, and maybe another port.</summary>
internal sealed class ProbeTarget
{
    private readonly ServerState _checked;
    private readonly int _port;
    private TargetList? _known;

    /// <summary>Creates it for a server.</summary>
    public ProbeTarget(Worker worker, ServerState server, UpstreamChecks checks)
    {
        Worker = worker;
        _checked = server;
        _port = server.Address.UnixPath is null ? checks.Plan.Port : 0;
        Server = checks.CreateProbe(server, _port == 0 ? server.Address : server.Address with { Port = _port });
    }

    /// <summary>The worker that checks it.</summary>
    public Worker Worker { get; }

    /// <summary>Who connections are made to.</summary>
    public ServerState Server { get; }

    /// <summary>What is known of it is as of now: its addresses may have changed since the last check.</summary>
    public void Refresh()
    {
        Server.Trouble = null;
        TargetList targets = _checked.TargetList;
        if (!ReferenceEquals(targets, _known))
        {
            _known = targets;
            Server.SetTargets(_port == 0 ? targets : targets.At(_port));
        }
    }

    /// <summary>Ends its connections, and makes no more.</summary>
    public void Retire()
    {
        Server.IsRetired = true;
        Worker.Retire(Server);
    }
}
