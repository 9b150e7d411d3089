namespace Sluice.Proxy;

/// <summary>What differs between the named parts of two plans.</summary>
/// <param name="Added">Names that are new.</param>
/// <param name="Removed">Names that are gone.</param>
/// <param name="Changed">Names that mean something else now.</param>
public sealed record PlanChanges(IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Changed)
{
    /// <summary>How many there are in all.</summary>
    public int Count => Added.Count + Removed.Count + Changed.Count;

    /// <summary>Compares two sets of parts by their names.</summary>
    internal static PlanChanges Between<T>(IEnumerable<T> before, IEnumerable<T> after, Func<T, string> nameOf)
        where T : notnull
    {
        // Of several listeners at port 0 the names are alike; the last stands for them.
        var old = new Dictionary<string, T>(StringComparer.Ordinal);
        var fresh = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (T part in before)
        {
            old[nameOf(part)] = part;
        }

        foreach (T part in after)
        {
            fresh[nameOf(part)] = part;
        }

        return new PlanChanges(
            [.. fresh.Keys.Where(name => !old.ContainsKey(name))],
            [.. old.Keys.Where(name => !fresh.ContainsKey(name))],
            [.. fresh.Where(part => old.TryGetValue(part.Key, out T? was) && !was.Equals(part.Value)).Select(part => part.Key)]);
    }
}
