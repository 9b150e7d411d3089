using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.Tidy.Documents;

/// <summary>Decisions are files `docs/decisions/NNNN-title.md`, numbered from 0001 without gaps, with a date near the top.</summary>
public sealed partial class DecisionRule : IRule
{
    private const string Folder = "docs/decisions/";

    /// <summary>The date stands in a document's first lines, where a reader looks for it.</summary>
    private const int DateLinesMax = 10;

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        int expected = 1;
        foreach (SourceFile file in files.Where(file => file.IsUnder(Folder) && file.IsMarkdown && file.Name != "README")
            .OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            Match name = FileName().Match(file.Path[Folder.Length..]);
            if (!name.Success)
            {
                yield return new Violation(file.Path, 1, "not NNNN-title.md, in lower case");
                continue;
            }

            int number = int.Parse(name.Groups["number"].Value, CultureInfo.InvariantCulture);
            if (number != expected)
            {
                yield return new Violation(file.Path, 1, $"number {number:0000} where {expected:0000} is next");
            }

            expected = number + 1;
            if (!file.Text.Split('\n').Take(DateLinesMax).Any(HasDate))
            {
                yield return new Violation(file.Path, 1, $"no date (2026-01-31) in the first {DateLinesMax} lines");
            }
        }
    }

    private static bool HasDate(string line)
    {
        return Date().Matches(line).Any(match =>
            DateOnly.TryParseExact(match.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
    }

    [GeneratedRegex(@"^(?<number>\d{4})-[a-z0-9][a-z0-9-]*\.md$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}\b")]
    private static partial Regex Date();
}
