using Xunit;

namespace Sluice.Tidy.Documents;

public sealed class StageNameRuleTests
{
    private const string Code = "public enum PipelineStage { Parse, Route, Log }";

    [Theory]
    [InlineData("Parse,Route,Log", 0)]
    [InlineData("Parse,Log", 1)]
    [InlineData("Parse,Route,Cache,Log", 1)]
    [InlineData("Parse,Path,Log", 2)]
    [InlineData("Route,Parse,Log", 1)]
    [InlineData("Parse,Route,Route,Log", 1)]
    [InlineData("", 1)]
    public void StageName_Table_ListsTheEnumInOrder(string stages, int violations)
    {
        IEnumerable<string> rows = stages.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(stage => $"| `{stage}` | text |\n");
        string document = $"# Life\n\n| stage | what |\n|---|---|\n{string.Concat(rows)}\n| `Other` | table |\n";
        Assert.Equal(violations, Sample.Check(new StageNameRule(), (StageNameRule.DocumentPath, document), (StageNameRule.CodePath, Code)).Count);
    }

    [Fact]
    public void StageName_NoTable_IsViolation()
    {
        Assert.Single(Sample.Check(new StageNameRule(), (StageNameRule.DocumentPath, "`Parse`"), (StageNameRule.CodePath, Code)));
    }

    [Fact]
    public void StageName_NoDocumentOrNoCode_IsViolation()
    {
        Assert.Single(Sample.Check(new StageNameRule(), (StageNameRule.CodePath, Code)));
        Assert.Single(Sample.Check(new StageNameRule(), (StageNameRule.DocumentPath, "| stage |\n|---|\n| `Parse` |\n")));
    }
}
