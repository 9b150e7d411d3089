using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing.Index;

namespace Sluice.Proxy.Routing;

/// <summary>Finds the route of a request: the most specific one whose conditions hold, whatever order they were written in.</summary>
/// <remarks>
/// Which of two routes goes first is decided by the first of these that tells them apart:
/// <list type="number">
/// <item>the higher <c>priority</c>;</item>
/// <item>the host: exact, then wildcards from the longest, then regular expressions in the order in which they first appear, then any;</item>
/// <item>the path: exact, then regular expressions in the order in which they first appear, then globs and prefixes by their number of literal characters
/// (a glob before a prefix among equals), then any;</item>
/// <item>the number of further conditions, the most first;</item>
/// <item>the order written.</item>
/// </list>
/// A request falls through to the next one when conditions fail, also from an exact host to a wildcard and to any. A route with several hosts or paths stands
/// in the order once for each. Immutable, read by all workers, no allocation to look up.
/// </remarks>
public sealed class RouteTable
{
    private readonly PriorityRoutes[] _priorities;

    /// <summary>Builds the index.</summary>
    public RouteTable(IEnumerable<CompiledRoute> routes)
    {
        Entries = RouteEntryBuilder.Build(routes);
        var priorities = new List<PriorityRoutes>();
        foreach (RouteEntry entry in Entries)
        {
            if (priorities.Count == 0 || priorities[^1].Priority != entry.Route.Plan.Priority)
            {
                priorities.Add(new PriorityRoutes(entry.Route.Plan.Priority));
            }

            priorities[^1].Add(entry);
        }

        _priorities = [.. priorities];
        UsesSample = Entries.Any(entry => HasPercentage(entry.Route.Plan.Condition));
    }

    /// <summary>Whether <see cref="RouteInput.Sample"/> makes a difference.</summary>
    public bool UsesSample { get; }

    /// <summary>Everything in the documented order.</summary>
    internal RouteEntry[] Entries { get; }

    /// <summary>The route that takes a request, or null.</summary>
    public CompiledRoute? Find(in RouteInput input) => FindEntry(input)?.Route;

    /// <summary>The host and path of a route by which it takes a request, or null.</summary>
    internal RouteEntry? FindEntry(in RouteInput input)
    {
        foreach (PriorityRoutes priority in _priorities)
        {
            if (priority.Find(input) is { } entry)
            {
                return entry;
            }
        }

        return null;
    }

    private static bool HasPercentage(MatchCondition? condition) => condition switch
    {
        PercentageCondition => true,
        AllCondition all => all.Conditions.Any(HasPercentage),
        AnyCondition any => any.Conditions.Any(HasPercentage),
        NotCondition not => HasPercentage(not.Condition),
        _ => false,
    };
}
