using Sluice.Proxy.Plans;

namespace Sluice.Proxy.Resolution;

/// <summary>Puts the members of services in the place of the services, in the plan of an upstream.</summary>
internal static class ServiceExpansion
{
    private const int WeightMax = 1_000;

    /// <summary>The plan with its services' members as servers; the same plan when it has no services.</summary>
    /// <param name="upstream">The plan.</param>
    /// <param name="services">The members of services by name. One that isn't there has none.</param>
    internal static UpstreamPlan Expand(UpstreamPlan upstream, IReadOnlyDictionary<string, PlanList<ServiceMember>> services) =>
        upstream.Servers.Any(server => server.Address.IsService)
            ? upstream with { Servers = [.. upstream.Servers.SelectMany(server => MembersOf(server, services)).DistinctBy(server => server.Address)] }
            : upstream;

    private static IEnumerable<ServerPlan> MembersOf(ServerPlan server, IReadOnlyDictionary<string, PlanList<ServiceMember>> services)
    {
        if (!server.Address.IsService)
        {
            return [server];
        }

        PlanList<ServiceMember> members = services.GetValueOrDefault(server.Address.Service!) ?? [];
        List<int> priorities = [.. members.Select(member => member.Priority).Distinct().Order()];

        // To the range that weights have here, where they don't fit. "Very small" is what 0 means beside others (RFC 2782).
        int heaviest = members.Count == 0 ? 0 : Math.Max(WeightMax, members.Max(member => member.Weight));
        return members.Select(member => new ServerPlan(
            server.Address with { Host = member.Host, Port = member.Port },
            Math.Max(1, (int)((long)member.Weight * WeightMax / heaviest)),
            server.Tier + priorities.IndexOf(member.Priority)));
    }
}
