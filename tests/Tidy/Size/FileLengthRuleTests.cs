using Xunit;

namespace Sluice.Tidy.Size;

public sealed class FileLengthRuleTests
{
    [Theory]
    [InlineData("src/A.cs", 800, 0)]
    [InlineData("src/A.cs", 801, 1)]
    [InlineData("tests/A.cs", 1200, 0)]
    [InlineData("tests/A.cs", 1201, 1)]
    [InlineData("docs/a.md", 5000, 0)]
    public void FileLength_Lines_AreLimited(string path, int lines, int violations)
    {
        Assert.Equal(violations, Sample.Check(new FileLengthRule(), path, Sample.Lines(lines, "//")).Count);
    }
}
