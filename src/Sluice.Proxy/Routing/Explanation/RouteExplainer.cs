using System.Globalization;
using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;
using Sluice.Proxy.Routing.Patterns;

namespace Sluice.Proxy.Routing.Explanation;

/// <summary>Explains which route takes a request and why the others don't. For people: it allocates, and is slow with many routes.</summary>
/// <param name="table">The routes.</param>
public sealed class RouteExplainer(RouteTable table)
{
    // Between two neighbouring ones nothing depends on what was drawn.
    private readonly int[] _limits =
        [.. new SortedSet<int>([0, RouteInput.SampleCount, .. table.Entries.SelectMany(entry => SharesIn(entry.Route.Plan.Condition))])];

    /// <summary>Explains. <see cref="RouteInput.Sample"/> makes no difference: every value it can have is looked at.</summary>
    public RouteExplanation Explain(in RouteInput input)
    {
        var shares = new Dictionary<RouteEntry, int>();
        int unrouted = 0;
        for (int i = 0; i + 1 < _limits.Length; i++)
        {
            int share = _limits[i + 1] - _limits[i];
            if (table.FindEntry(input.WithSample(_limits[i])) is { } entry)
            {
                shares[entry] = shares.GetValueOrDefault(entry) + share;
            }
            else
            {
                unrouted += share;
            }
        }

        RouteEntry? winner = shares.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, RouteOrder.Instance).FirstOrDefault().Key;
        return new RouteExplanation(OutcomesOf(shares, unrouted), OthersOf(input, shares, winner));
    }

    private static List<RouteOutcome> OutcomesOf(Dictionary<RouteEntry, int> shares, int unrouted)
    {
        List<RouteOutcome> outcomes =
        [
            .. shares.OrderBy(pair => pair.Key, RouteOrder.Instance)
                .GroupBy(pair => pair.Key.Route, (route, pairs) => new RouteOutcome(route, pairs.Sum(pair => pair.Value))),
        ];
        if (unrouted > 0)
        {
            outcomes.Add(new RouteOutcome(null, unrouted));
        }

        return [.. outcomes.OrderByDescending(outcome => outcome.HundredthsOfPercent)];
    }

    private List<RouteVerdict> OthersOf(in RouteInput input, Dictionary<RouteEntry, int> shares, RouteEntry? winner)
    {
        var others = new List<RouteVerdict>();
        foreach (IGrouping<CompiledRoute, RouteEntry> route in table.Entries.GroupBy(entry => entry.Route).OrderBy(group => group.First().Order))
        {
            if (ReferenceEquals(route.Key, winner?.Route))
            {
                continue;
            }

            int share = route.Sum(entry => shares.GetValueOrDefault(entry));
            string reason = share > 0
                ? string.Create(CultureInfo.InvariantCulture, $"takes {share / 100m:0.##} % of such requests")
                : ReasonOf(route.Key.Plan, [.. route], winner, input);
            others.Add(new RouteVerdict(route.Key, reason));
        }

        return others;
    }

    private string ReasonOf(RoutePlan plan, RouteEntry[] entries, RouteEntry? winner, in RouteInput input)
    {
        if (plan.Hosts.Count > 0 && !ConditionExplainer.Holds(new HostCondition(plan.Hosts), input))
        {
            return $"expected host {string.Join(" or ", plan.Hosts)}, got {Encoding.ASCII.GetString(input.Request.Host)}";
        }

        if (plan.Paths.Count > 0 && !ConditionExplainer.Holds(new PathCondition(plan.Paths), input))
        {
            return $"expected path {string.Join(" or ", plan.Paths)}, got {Encoding.ASCII.GetString(input.Request.Path)}";
        }

        // What was drawn is a reason only when it never can be right.
        RouteEntry? matching = null;
        for (int i = 0; i + 1 < _limits.Length && matching is null; i++)
        {
            matching = FirstMatching(entries, input.WithSample(_limits[i]));
        }

        return matching is null ? ConditionExplainer.WhyNot(plan.Condition!, input.WithSample(0))
            : $"matches too, but {winner!.Route.Plan.Name} goes first: {OrderExplainer.Why(winner, matching)}";
    }

    private static RouteEntry? FirstMatching(RouteEntry[] entries, in RouteInput input)
    {
        foreach (RouteEntry entry in entries)
        {
            bool fits = (entry.Host is null || new HostPattern(entry.Host).Matches(input.Request.Host))
                && (entry.Path is null || new PathPattern(entry.Path).Matches(input.Request.Path));
            if (fits && entry.Accepts(input))
            {
                return entry;
            }
        }

        return null;
    }

    private static IEnumerable<int> SharesIn(MatchCondition? condition) => condition switch
    {
        PercentageCondition share => [share.HundredthsOfPercent],
        AllCondition all => all.Conditions.SelectMany(SharesIn),
        AnyCondition any => any.Conditions.SelectMany(SharesIn),
        NotCondition not => SharesIn(not.Condition),
        _ => [],
    };
}
