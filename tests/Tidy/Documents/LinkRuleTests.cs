using Xunit;

namespace Sluice.Tidy.Documents;

public sealed class LinkRuleTests
{
    private static readonly HashSet<string> Existing = ["README.md", "docs", "docs/a b.md", "docs/reference/limits.md", "src/A.cs"];

    [Theory]
    [InlineData("README.md", "[a](docs/reference/limits.md)", 0)]
    [InlineData("README.md", "[a](docs/reference/limits.md#timeouts)", 0)]
    [InlineData("README.md", "[a](docs/limits.md)", 1)]
    [InlineData("docs/reference/limits.md", "[a](../../src/A.cs) [b](../../src/B.cs)", 1)]
    [InlineData("docs/reference/limits.md", "[a](/README.md \"title\")", 0)]
    [InlineData("README.md", "[a](docs/a%20b.md) [b](<docs/none.md>)", 1)]
    [InlineData("README.md", "![a](docs/picture.png)", 1)]
    [InlineData("README.md", "[a][1]\n\n[1]: docs/none.md", 1)]
    [InlineData("README.md", "[a](https://example.com/none) [b](#here) [c](mailto:a@example.com)", 0)]
    [InlineData("README.md", "`[a](none.md)`\n\n```\n[a](none.md)\n```\n", 0)]
    [InlineData("README.md", "```\ncode\n```\n[a](none.md)\n```\ncode\n```\n", 1)]
    [InlineData("src/A.cs", "// [a](none.md)", 0)]
    public void Link_ToMissingFile_IsViolation(string path, string text, int violations)
    {
        Assert.Equal(violations, Sample.Check(new LinkRule(Existing.Contains), path, text).Count);
    }

    [Fact]
    public void Link_Violation_NamesItsLine()
    {
        Violation found = Assert.Single(Sample.Check(new LinkRule(Existing.Contains), "README.md", "```\na\n```\n\n[a](none.md)\n"));
        Assert.Equal("README.md(5): the link leads nowhere: none.md", found.ToString());
    }
}
