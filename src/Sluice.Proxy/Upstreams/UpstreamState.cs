using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Upstreams;

/// <summary>An upstream with the states of its servers; shared by all workers.</summary>
public sealed class UpstreamState
{
    /// <summary>Creates the state.</summary>
    public UpstreamState(UpstreamPlan plan, int id, IReadOnlyList<ServerState> servers)
    {
        Plan = plan;
        Id = id;
        Servers = [.. servers];
        NameUtf8 = Encoding.UTF8.GetBytes(plan.Name);
    }

    /// <summary>What the configuration says.</summary>
    public UpstreamPlan Plan { get; }

    /// <summary>Its number among all upstreams; workers keep their balancers by it.</summary>
    public int Id { get; }

    /// <summary>Its servers in the order of the configuration.</summary>
    public ServerState[] Servers { get; }

    internal byte[] NameUtf8 { get; }
}
