using System.Text;
using Sluice.Proxy.Balancing;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Workers;

namespace Sluice.Proxy.Upstreams;

/// <summary>An upstream with its servers, shared by all workers. A reload that doesn't change it keeps it, and with it the turns of its balancers.</summary>
public sealed class UpstreamState
{
    // By worker; each fills and reads its own place.
    private readonly Balancer?[] _balancers;

    /// <summary>Creates the state.</summary>
    /// <param name="plan">What the configuration says.</param>
    /// <param name="members">The servers in the order of the configuration.</param>
    /// <param name="workers">How many workers there are.</param>
    internal UpstreamState(UpstreamPlan plan, IEnumerable<UpstreamMember> members, int workers)
    {
        Plan = plan;
        Members = [.. members];
        NameUtf8 = Encoding.UTF8.GetBytes(plan.Name);
        _balancers = new Balancer?[workers];
    }

    /// <summary>What the configuration says.</summary>
    public UpstreamPlan Plan { get; }

    /// <summary>Its servers in the order of the configuration.</summary>
    public UpstreamMember[] Members { get; }

    internal byte[] NameUtf8 { get; }

    /// <summary>The balancer of a worker, on whose loop this is called.</summary>
    internal Balancer BalancerOf(Worker worker) => _balancers[worker.Index] ??= Balancer.Create(this, worker.Index);
}
