using Sluice.Admin.Api;

namespace Sluice.Admin.Plans;

/// <summary>Compares two configurations by their facts.</summary>
public static class PlanComparison
{
    /// <summary>The differences in the order of the new configuration, then what is gone.</summary>
    public static IReadOnlyList<PlanDifference> Compare(IReadOnlyList<PlanFacts> before, IReadOnlyList<PlanFacts> after)
    {
        Dictionary<string, PlanFacts> old = ByName(before);
        Dictionary<string, PlanFacts> fresh = ByName(after);
        var differences = new List<PlanDifference>();
        foreach ((string key, PlanFacts part) in fresh)
        {
            if (!old.TryGetValue(key, out PlanFacts? was))
            {
                differences.Add(new PlanDifference("added", part.Kind, part.Name, []));
            }
            else if (Compare(was, part) is { Count: > 0 } members)
            {
                differences.Add(new PlanDifference("changed", part.Kind, part.Name, members));
            }
        }

        differences.AddRange(old.Where(entry => !fresh.ContainsKey(entry.Key)).Select(entry => new PlanDifference("removed", entry.Value.Kind, entry.Value.Name, [])));
        if (differences.Count == 0 && !RouteNames(before).SequenceEqual(RouteNames(after)))
        {
            differences.Add(new PlanDifference("changed", "settings", "", [new MemberDifference("order of routes", null, null)]));
        }

        return differences;
    }

    private static Dictionary<string, PlanFacts> ByName(IReadOnlyList<PlanFacts> facts)
    {
        // Of several listeners at port 0 the names are alike; they are told apart by their order.
        var byName = new Dictionary<string, PlanFacts>(StringComparer.Ordinal);
        foreach (PlanFacts part in facts)
        {
            int copy = 1;
            while (!byName.TryAdd($"{part.Kind} {part.Name} {copy}", part))
            {
                copy++;
            }
        }

        return byName;
    }

    private static IEnumerable<string> RouteNames(IReadOnlyList<PlanFacts> facts) => facts.Where(part => part.Kind == "route").Select(part => part.Name);

    private static List<MemberDifference> Compare(PlanFacts before, PlanFacts after)
    {
        var differences = new List<MemberDifference>();
        foreach (string member in before.Members.Keys.Union(after.Members.Keys).Order(StringComparer.Ordinal))
        {
            string? old = before.Members.GetValueOrDefault(member);
            string? fresh = after.Members.GetValueOrDefault(member);
            if (old != fresh)
            {
                differences.Add(new MemberDifference(member, Show(old), Show(fresh)));
            }
        }

        return differences;
    }

    private static string? Show(string? text) => text is null || text.StartsWith(PlanFactsReader.Hidden, StringComparison.Ordinal) ? null : text;
}
