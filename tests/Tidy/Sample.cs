namespace Sluice.Tidy;

/// <summary>Runs a rule over files that exist only in a test.</summary>
public static class Sample
{
    public static IReadOnlyList<Violation> Check(IRule rule, string path, string text) => Check(rule, (path, text));

    public static IReadOnlyList<Violation> Check(IRule rule, params (string Path, string Text)[] files)
    {
        return [.. rule.Check([.. files.Select(file => new SourceFile(file.Path, file.Text))])];
    }

    public static string Lines(int count, string line) => string.Concat(Enumerable.Repeat(line + "\n", count));
}
