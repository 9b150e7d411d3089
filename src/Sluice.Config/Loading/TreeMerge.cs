using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Loading;

/// <summary>Joins the top levels of several files: lists are put one behind the other, names together, and nothing else may be in two files.</summary>
internal static class TreeMerge
{
    private static readonly string[] Lists = ["listen", "routes"];
    private static readonly string[] Names = ["upstreams", "policies"];

    /// <summary>Joins files in their order; nodes keep their places. What can't be joined is added to the findings.</summary>
    /// <param name="parts">At least one; the first is that of the first file.</param>
    /// <param name="diagnostics">Gets what is wrong.</param>
    internal static MappingNode Merge(IReadOnlyList<MappingNode> parts, DiagnosticBag diagnostics)
    {
        IEnumerable<MappingEntry> all = parts.SelectMany(part => part.Entries).Where(entry => entry.Key.Text != ConfigFilesReader.Key);
        var merged = new List<MappingEntry>();
        foreach (IGrouping<string, MappingEntry> same in all.GroupBy(entry => entry.Key.Text, StringComparer.Ordinal))
        {
            List<MappingEntry> entries = [.. same];
            merged.Add(entries.Count == 1 ? entries[0] : new MappingEntry(entries[0].Key, Merge(entries, diagnostics)));
        }

        return new MappingNode(merged, parts[0].Location);
    }

    private static YamlNode Merge(List<MappingEntry> entries, DiagnosticBag diagnostics)
    {
        string key = entries[0].Key.Text;
        if (Lists.Contains(key))
        {
            return new SequenceNode([.. entries.SelectMany(entry => ItemsOf(entry.Value))], entries[0].Value.Location);
        }

        if (Names.Contains(key))
        {
            return MergeNames(entries, diagnostics);
        }

        foreach (MappingEntry entry in entries.Skip(1))
        {
            diagnostics.Add(new Diagnostic(DiagnosticCodes.GivenInTwoFiles, $"`{key}` is given in two files", entry.Key.Location)
            {
                Hint = "keep one",
                Related = ("first given at", entries[0].Key.Location),
            });
        }

        return entries[0].Value;
    }

    // A single value is the short form of a list of one. What is of a wrong kind is found where items are read.
    private static IReadOnlyList<YamlNode> ItemsOf(YamlNode value) => value is SequenceNode list ? list.Items : [value];

    private static MappingNode MergeNames(List<MappingEntry> entries, DiagnosticBag diagnostics)
    {
        var known = new Dictionary<string, ScalarNode>(StringComparer.Ordinal);
        var merged = new List<MappingEntry>();
        foreach (YamlNode value in entries.Select(entry => entry.Value))
        {
            if (value is not MappingNode mapping)
            {
                diagnostics.Add(
                    value.IsNull ? DiagnosticCodes.EmptyValue : DiagnosticCodes.WrongKind,
                    value.IsNull ? "the value is empty: expected a mapping" : $"expected a mapping, found {value.Kind}",
                    value.Location);
                continue;
            }

            foreach (MappingEntry entry in mapping.Entries)
            {
                if (known.TryAdd(entry.Key.Text, entry.Key))
                {
                    merged.Add(entry);
                    continue;
                }

                diagnostics.Add(new Diagnostic(DiagnosticCodes.DuplicateKey, $"`{entry.Key.Text}` is given in two files", entry.Key.Location)
                {
                    Related = ("first given at", known[entry.Key.Text].Location),
                });
            }
        }

        return new MappingNode(merged, entries[0].Value.Location);
    }
}
