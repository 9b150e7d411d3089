using Sluice.Config.Model;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Matching;

namespace Sluice.Config.Compilation;

/// <summary>Turns matches into what the plan has: the hosts and paths that the index is made of, and a tree of conditions for the rest.</summary>
/// <param name="listeners">Those that matches refer to.</param>
/// <param name="plans">What they were compiled to; null where only the shape of a match counts.</param>
internal sealed class MatchCompiler(IReadOnlyList<ListenerConfig> listeners, IReadOnlyList<ListenerPlan>? plans = null)
{
    /// <summary>The match of a route.</summary>
    internal CompiledMatch Compile(MatchConfig match) =>
        new([.. match.Hosts.Distinct()], [.. match.Paths.Distinct()], Join(ConditionsBesides(match)));

    /// <summary>A match within another one, or one that only asks whether requests fit: host and path are conditions like any other. Null takes every request.</summary>
    internal MatchCondition? CompileCondition(MatchConfig match)
    {
        var conditions = new List<MatchCondition>();
        if (match.Hosts.Count > 0)
        {
            conditions.Add(new HostCondition([.. match.Hosts.Distinct()]));
        }

        if (match.Paths.Count > 0)
        {
            conditions.Add(new PathCondition([.. match.Paths.Distinct()]));
        }

        conditions.AddRange(ConditionsBesides(match));
        return Join(conditions);
    }

    private List<MatchCondition> ConditionsBesides(MatchConfig match)
    {
        // The cheap ones first.
        var conditions = new List<MatchCondition>();
        AddRequestConditions(match, conditions);
        AddConnectionConditions(match, conditions);
        conditions.AddRange(match.Values);
        foreach (MatchConfig inner in match.All)
        {
            Flatten(CompileCondition(inner), conditions);
        }

        // One that takes everything makes the others idle.
        List<MatchCondition?> any = [.. match.Any.Select(CompileCondition)];
        if (any.Count > 0 && !any.Contains(null))
        {
            Flatten(any.Count == 1 ? any[0] : new AnyCondition([.. any.OfType<MatchCondition>()]), conditions);
        }

        if (match.Not is not null)
        {
            conditions.Add(new NotCondition(CompileCondition(match.Not)));
        }

        return conditions;
    }

    private static void AddRequestConditions(MatchConfig match, List<MatchCondition> conditions)
    {
        if (match.Methods.Count > 0)
        {
            conditions.Add(new MethodCondition([.. match.Methods.Distinct()]));
        }

        if (match.IsHttps is { } isHttps)
        {
            conditions.Add(new SchemeCondition(isHttps));
        }

        if (match.HundredthsOfPercent is { } share)
        {
            conditions.Add(new PercentageCondition(share));
        }
    }

    private void AddConnectionConditions(MatchConfig match, List<MatchCondition> conditions)
    {
        if (match.Listeners.Count > 0)
        {
            // Validation tells of those that there aren't.
            IEnumerable<int> known = match.Listeners.Select(use => ListenerNames.IndexOf(listeners, use.Text)).Where(index => index >= 0).Distinct();
            conditions.Add(new ListenerCondition([.. known.Select(PlanOf)]));
        }

        if (match.ClientAddresses.Count > 0)
        {
            conditions.Add(new ClientAddressCondition([.. match.ClientAddresses.Distinct()]));
        }

        if (match.Sni.Count > 0)
        {
            conditions.Add(new SniCondition([.. match.Sni.Distinct()]));
        }
    }

    private ListenerPlan PlanOf(int index) => plans?[index] ?? new ListenerPlan(PlanCompiler.Known(listeners[index].EndPoint), listeners[index].Text);

    private static MatchCondition? Join(List<MatchCondition> conditions) => conditions.Count switch
    {
        0 => null,
        1 => conditions[0],
        _ => new AllCondition([.. conditions]),
    };

    private static void Flatten(MatchCondition? condition, List<MatchCondition> into)
    {
        if (condition is AllCondition all)
        {
            into.AddRange(all.Conditions);
        }
        else if (condition is not null)
        {
            into.Add(condition);
        }
    }
}
