using System.Text.RegularExpressions;

namespace Sluice.Config.Tests;

/// <summary>The examples of docs/how-to/rewrite-and-redirect.md are good; what they do is tested by the samples, which are the same.</summary>
public sealed class RewriteAndRedirectPageTests
{
    [Fact]
    public void RewriteAndRedirect_Examples_HaveNoFindings()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "how-to", "rewrite-and-redirect.md"));
        string[] examples = [.. Regex.Matches(page, "```yaml\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value)];

        Assert.Equal(3, examples.Length);
        Assert.All(examples, example => Assert.Empty(ConfigLoader.LoadText(example, "example").Diagnostics));
    }
}
