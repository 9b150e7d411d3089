namespace Sluice.Tidy.Text;

/// <summary>
/// Lines end with LF and without spaces before it (in Markdown two spaces mean a line break), files with one LF. What lies beside the
/// code of tests is their data, where a CRLF may be the point of it.
/// </summary>
public sealed class WhitespaceRule : IRule
{
    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        return files.Where(file => file.Text.Length > 0 && !IsTestData(file)).SelectMany(CheckFile);
    }

    private static bool IsTestData(SourceFile file) => file.IsTest && !file.IsCSharp && !file.IsProject;

    private static IEnumerable<Violation> CheckFile(SourceFile file)
    {
        string[] lines = file.Text.Split('\n');
        for (int at = 0; at < lines.Length; at++)
        {
            if (lines[at].EndsWith('\r'))
            {
                yield return new Violation(file.Path, at + 1, "CRLF");
            }
            else if (!file.IsMarkdown && (lines[at].EndsWith(' ') || lines[at].EndsWith('\t')))
            {
                yield return new Violation(file.Path, at + 1, "trailing whitespace");
            }
        }

        if (lines[^1].Length > 0)
        {
            yield return new Violation(file.Path, lines.Length, "no newline at the end");
        }
        else if (lines.Length > 1 && lines[^2].Length == 0)
        {
            yield return new Violation(file.Path, lines.Length - 1, "empty lines at the end");
        }
    }
}
