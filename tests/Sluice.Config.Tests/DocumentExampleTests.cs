using System.Text.RegularExpressions;

namespace Sluice.Config.Tests;

/// <summary>The whole configurations in the README and the pages are good; what they do is tested by the samples, which are alike.</summary>
public sealed class DocumentExampleTests
{
    [Theory]
    [InlineData("README.md", 2)]
    [InlineData("docs/how-to/cors.md", 2)]
    [InlineData("docs/how-to/error-pages.md", 1)]
    [InlineData("docs/how-to/maintenance.md", 1)]
    [InlineData("docs/how-to/rewrite-and-redirect.md", 4)]
    public void Page_Examples_HaveNoFindings(string page, int count)
    {
        string text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, page));
        string[] examples = [.. Regex.Matches(text, "```yaml\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value)];

        Assert.Equal(count, examples.Length);
        Assert.All(examples, example => Assert.Empty(ConfigLoader.LoadText(example, "example").Diagnostics));
    }
}
