using System.Globalization;
using Xunit;

namespace Sluice.Tidy.Cases;

/// <summary>Each numbered case has a test, or a reason why it can't.</summary>
public sealed class NumberedCaseTests
{
    private const string Corpus = "tests/Hostile/Corpus";
    private const string Bench = "bench/Load/BenchCommands.cs";

    private static readonly NumberedCase[] Cases = [.. UpstreamCases.All, .. OverloadCases.All];

    private static readonly Lazy<NumberedTest[]> Found = new(() =>
    [
        .. NumberedTests.In(Repository.Files),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, Corpus), "*.txt")
            .SelectMany(path => NumberedTests.InCorpus(Path.GetFileName(path), File.ReadAllText(path))),
    ]);

    private static IEnumerable<string> NumbersOfTests => Found.Value.Where(test => test.IsTest).Select(test => test.Number);

    [Fact]
    public void Cases_AreAllThere_InTheirOrder()
    {
        IEnumerable<string> Numbers(string letter, int count) => Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{letter}-{i:00}"));

        Assert.Equal([.. Numbers("U", 64), .. Numbers("L", 26)], Cases.Select(known => known.Number));
    }

    [Fact]
    public void Cases_ThatCanBeShown_HaveATest()
    {
        string[] shown = [.. NumbersOfTests];
        Assert.Equal([], Cases.Where(known => known.Absent is null && !shown.Contains(known.Number)).Select(known => known.Number));
    }

    [Fact]
    public void Cases_ThatCannotBeShown_HaveNone() =>
        Assert.Equal([], Cases.Where(known => known.Absent is not null).Select(known => known.Number).Intersect(NumbersOfTests));

    [Fact]
    public void Numbers_OfTests_AreInTheTable()
    {
        string[] known = [.. Cases.Select(known => known.Number)];
        Assert.Equal([], Found.Value.Where(test => !known.Contains(test.Number)).Select(test => $"{test.Place}: {test.Number}"));
    }

    [Fact]
    public void Numbers_StandAtTestsOnly() => Assert.Equal([], Found.Value.Where(test => !test.IsTest).Select(test => $"{test.Place}: {test.Number}"));

    [Fact]
    public void Measurements_ThatCasesName_Exist()
    {
        string commands = Repository.Files.Single(file => file.Path == Bench).Text;
        Assert.Equal([], Cases.SelectMany(known => known.Measurements).Where(name => !commands.Contains($"Measurement(\"{name}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Trait_AtAMethodThatIsNoTest_IsTold()
    {
        var file = new SourceFile("tests/A/ATests.cs", "class ATests { [Trait(\"Case\", \"U-01\")] [Fact] public void A() { } [Trait(\"Case\", \"U-02\")] public void B() { } [Trait(\"Other\", \"U-03\")] [Fact] public void C() { } }");

        Assert.Equal([("U-01", true), ("U-02", false)], NumberedTests.In([file]).Select(test => (test.Number, test.IsTest)));
    }

    [Fact]
    public void Corpus_WithANumber_IsATest() =>
        Assert.Equal(["U-25", "U-26"], NumberedTests.InCorpus("a.txt", "# U-01\ncase U-25a no status line\n> x\ncase U-26 more\n= 502\ncase H1-A-01 other\n").Select(test => test.Number));
}
