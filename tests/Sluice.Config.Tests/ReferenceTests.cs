using Sluice.Config.Reference;

namespace Sluice.Config.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void ConfigurationPage_Committed_IsWhatTheTablesSay() =>
        RepositoryFiles.AssertIs(Path.Combine(RepositoryFiles.Root, "docs", "reference", "configuration.md"), ConfigurationReference.Write());

    [Fact]
    public void ConfigurationPage_Example_IsAGoodConfiguration()
    {
        string page = ConfigurationReference.Write();
        int start = page.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        string example = page[start..page.IndexOf("```", start, StringComparison.Ordinal)];

        Assert.Empty(ConfigLoader.LoadText(example, "example").Diagnostics);
    }
}
