using Xunit;

namespace Sluice.Tidy.Size;

public sealed class MethodLengthRuleTests
{
    private const string List = "list.txt";
    private static readonly MethodLengthRule Rule = new(List);

    [Theory]
    [InlineData("void M()")]
    [InlineData("A()")]
    [InlineData("int P { get")]
    [InlineData("void N() { void Local()")]
    public void MethodLength_LinesOverLimit_IsViolation(string signature)
    {
        string end = signature.Contains('{', StringComparison.Ordinal) ? "}}" : "}";
        string Body(int lines) => $"class A {{\n{signature} {{\n{Sample.Lines(lines - 2, ";")}{end}\n}}\n";
        Assert.Empty(Sample.Check(Rule, ("A.cs", Body(70)), (List, "")));
        Assert.NotEmpty(Sample.Check(Rule, ("A.cs", Body(71)), (List, "")));
    }

    [Fact]
    public void MethodLength_CommentsAndAttributesAbove_DoNotCount()
    {
        string text = $"class A {{\n{Sample.Lines(50, "/// x")}[B]\n[C]\nvoid M() {{\n{Sample.Lines(68, ";")}}}\n}}\n";
        Assert.Empty(Sample.Check(Rule, ("A.cs", text), (List, "")));
    }

    [Theory]
    [InlineData("A.cs::A.M 80", 80, 0)]
    [InlineData("A.cs::A.M 80", 81, 1)]
    [InlineData("A.cs::A.M 80", 79, 1)]
    [InlineData("A.cs::A.M 80", 60, 1)]
    [InlineData("A.cs::A.Gone 80", 60, 1)]
    [InlineData("# a comment", 60, 0)]
    [InlineData("no number", 60, 1)]
    [InlineData("A.cs::A.M 80\nA.cs::A.M 80", 80, 1)]
    public void MethodLength_AllowList_OnlyShrinks(string entries, int lines, int violations)
    {
        Assert.Equal(violations, Sample.Check(Rule, ("A.cs", ClassWith(lines)), (List, entries + "\n")).Count);
    }

    [Fact]
    public void MethodLength_NoAllowList_IsViolation()
    {
        Assert.Single(Sample.Check(Rule, ("A.cs", ClassWith(10))));
    }

    private static string ClassWith(int lines) => $"class A {{\nvoid M() {{\n{Sample.Lines(lines - 2, ";")}}}\n}}\n";
}
