namespace Sluice.Load.Processes;

/// <summary>A process and everything below it: nginx works in children of the process that was started.</summary>
internal static class ProcessTree
{
    /// <summary>Process ids, the root first. A process that ends while this looks is left out.</summary>
    public static List<int> Of(int root)
    {
        ILookup<int, int> children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out int id) ? id : 0)
            .Where(id => id > 0)
            .ToLookup(ParentOf);

        var found = new List<int> { root };
        for (int at = 0; at < found.Count; at++)
        {
            found.AddRange(children[found[at]]);
        }

        return found;
    }

    private static int ParentOf(int id) => ProcessStat.TryRead($"/proc/{id}/stat", out ProcessStat stat) ? stat.ParentId : 0;
}
