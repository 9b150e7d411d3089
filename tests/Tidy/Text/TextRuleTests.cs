using Xunit;

namespace Sluice.Tidy.Text;

public sealed class TextRuleTests
{
    [Theory]
    [InlineData("// TODO", 1)]
    [InlineData("// TODO: faster", 1)]
    [InlineData("// TODO: this copies twice, which costs a lot", 1)]
    [InlineData("// TODO: copies twice, until the pool hands out larger buffers", 0)]
    [InlineData("/// TODO later", 1)]
    [InlineData("/* FIXME: copies twice, until the pool is there */", 1)]
    [InlineData("// HACK", 1)]
    [InlineData("// todo lists are not marks, TODOS neither", 0)]
    [InlineData("string s = \"TODO\";", 0)]
    public void OpenTask_WithoutReasonAndCondition_IsViolation(string line, int violations)
    {
        Assert.Equal(violations, Sample.Check(new OpenTaskRule(), "A.cs", line + "\nclass A { }\n").Count);
    }

    [Theory]
    [InlineData("A.cs", "a\nb\n", 0)]
    [InlineData("A.cs", "", 0)]
    [InlineData("A.cs", "a \nb\n", 1)]
    [InlineData("A.cs", "a\t\nb\n", 1)]
    [InlineData("a.md", "a  \nb\n", 0)]
    [InlineData("A.cs", "a\r\nb\n", 1)]
    [InlineData("a.md", "a\r\nb\n", 1)]
    [InlineData("A.cs", "a\nb", 1)]
    [InlineData("A.cs", "a\n\n", 1)]
    [InlineData("tests/Golden/crlf.yaml", "a\r\nb", 0)]
    [InlineData("tests/A.cs", "a\r\nb", 2)]
    [InlineData("tests/A.csproj", "a", 1)]
    public void Whitespace_AtEnds_IsViolation(string path, string text, int violations)
    {
        Assert.Equal(violations, Sample.Check(new WhitespaceRule(), path, text).Count);
    }
}
