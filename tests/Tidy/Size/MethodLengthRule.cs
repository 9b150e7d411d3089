namespace Sluice.Tidy.Size;

/// <summary>
/// Methods have at most 70 lines. The allow-list names the exceptions with their length, and only shrinks: a method that grew, one
/// that got shorter, and one that is no exception any more must all be brought up to date.
/// </summary>
public sealed class MethodLengthRule : IRule
{
    public const int LinesMax = 70;

    private readonly string _allowListPath;

    /// <param name="allowListPath">Lines of `path::Type.Method LINES`; empty lines and lines that begin with # are comments.</param>
    public MethodLengthRule(string allowListPath)
    {
        _allowListPath = allowListPath;
    }

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        Dictionary<string, int> allowed = ReadAllowList(files, out List<Violation> violations);
        var met = new HashSet<string>();
        IEnumerable<IGrouping<string, MethodSpan>> methods = files.Where(file => file.IsCSharp).SelectMany(MethodSpan.In)
            .Where(method => method.Lines > LinesMax).GroupBy(method => method.Key);
        foreach (MethodSpan longest in methods.Select(group => group.MaxBy(method => method.Lines)!))
        {
            met.Add(longest.Key);
            int max = allowed.GetValueOrDefault(longest.Key, LinesMax);
            if (longest.Lines > max)
            {
                violations.Add(longest.File.At(longest.Node, $"{longest.Key} has {longest.Lines} lines, at most {max} are allowed"));
            }
            else if (longest.Lines < max)
            {
                violations.Add(new Violation(_allowListPath, 1, $"{longest.Key} has only {longest.Lines} lines: lower its entry"));
            }
        }

        violations.AddRange(allowed.Keys.Where(key => !met.Contains(key))
            .Select(key => new Violation(_allowListPath, 1, $"{key} needs no entry any more: remove it")));
        return violations;
    }

    private Dictionary<string, int> ReadAllowList(IReadOnlyList<SourceFile> files, out List<Violation> violations)
    {
        violations = [];
        var allowed = new Dictionary<string, int>();
        SourceFile? list = files.FirstOrDefault(file => file.Path == _allowListPath);
        if (list is null)
        {
            violations.Add(new Violation(_allowListPath, 1, "the allow-list is missing"));
            return allowed;
        }

        string[] lines = list.Text.Split('\n');
        for (int at = 0; at < lines.Length; at++)
        {
            int space = lines[at].LastIndexOf(' ');
            if (lines[at].Length == 0 || lines[at][0] == '#')
            {
                continue;
            }

            if (space < 0 || !int.TryParse(lines[at].AsSpan(space + 1), out int length) || !allowed.TryAdd(lines[at][..space], length))
            {
                violations.Add(new Violation(list.Path, at + 1, "not 'path::Type.Method LINES', or there twice"));
            }
        }

        return allowed;
    }
}
