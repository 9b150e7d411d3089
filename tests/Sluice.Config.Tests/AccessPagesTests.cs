using System.Text.RegularExpressions;

namespace Sluice.Config.Tests;

/// <summary>The examples of the how-to pages about what routes answer themselves are good; what they do is tested by the samples, which are alike.</summary>
public sealed class AccessPagesTests
{
    [Theory]
    [InlineData("cors.md", 2)]
    [InlineData("error-pages.md", 1)]
    [InlineData("maintenance.md", 1)]
    public void Page_Examples_HaveNoFindings(string name, int count)
    {
        string page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "how-to", name));
        string[] examples = [.. Regex.Matches(page, "```yaml\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value)];

        Assert.Equal(count, examples.Length);
        Assert.All(examples, example => Assert.Empty(ConfigLoader.LoadText(example, "example").Diagnostics));
    }
}
