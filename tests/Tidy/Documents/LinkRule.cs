using System.Text.RegularExpressions;

namespace Sluice.Tidy.Documents;

/// <summary>Every link in a Markdown file to something in the repository leads somewhere.</summary>
public sealed partial class LinkRule : IRule
{
    private readonly Func<string, bool> _exists;

    /// <param name="exists">Whether the repository has a file or folder of that path, relative to its root.</param>
    public LinkRule(Func<string, bool> exists)
    {
        _exists = exists;
    }

    public IEnumerable<Violation> Check(IReadOnlyList<SourceFile> files)
    {
        foreach (SourceFile file in files.Where(file => file.IsMarkdown))
        {
            foreach (Match link in Link().Matches(Code().Replace(file.Text, Blank)))
            {
                string target = link.Groups["target"].Value;
                if (!IsElsewhere(target) && !_exists(Resolve(file.Path, target)))
                {
                    yield return new Violation(file.Path, file.LineOf(link.Index), $"the link leads nowhere: {target}");
                }
            }
        }
    }

    /// <summary>Code is not searched for links; its line breaks stay, so that line numbers are right.</summary>
    private static string Blank(Match code) => new([.. code.Value.Select(character => character == '\n' ? '\n' : ' ')]);

    private static bool IsElsewhere(string target)
    {
        return target.StartsWith('#')
            || target.StartsWith("mailto:", StringComparison.Ordinal)
            || target.Contains("://", StringComparison.Ordinal);
    }

    private static string Resolve(string from, string target)
    {
        string path = Uri.UnescapeDataString(target.Split('#')[0]);
        string folder = path.StartsWith('/') ? "/" : "/" + Path.GetDirectoryName(from);
        return Path.GetFullPath(Path.Combine(folder, path.TrimStart('/')))[1..];
    }

    /// <summary>`[text](target)`, `[text](target "title")` and `[name]: target`; images too.</summary>
    [GeneratedRegex(@"\]\(\s*<?(?<target>[^)\s>]+)>?[^)]*\)|^\[[^\]^]+\]:\s+(?<target>\S+)", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex(@"^(?<fence>`{3,}|~{3,}).*?^\k<fence>|(?<tick>`+)[^`\n]+\k<tick>", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
