using Xunit;

namespace Sluice.Tidy;

/// <summary>The repository keeps the house style.</summary>
public sealed class RepositoryTests
{
    public static TheoryData<string> RuleNames { get; } = [.. Rules.All.Select(rule => rule.GetType().Name)];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Repository_EveryFile_KeepsRule(string name)
    {
        IRule rule = Rules.All.Single(rule => rule.GetType().Name == name);
        string[] found = [.. rule.Check(Repository.Files).Select(violation => violation.ToString())];
        Assert.True(found.Length == 0, $"{name}: {found.Length}\n{string.Join('\n', found)}");
    }

    [Fact]
    public void Repository_Files_AreFound()
    {
        // Were nothing read, every rule would hold.
        Assert.Contains(Repository.Files, file => file.Path == "tests/Tidy/RepositoryTests.cs");
        Assert.Contains(Repository.Files, file => file.Path == "src/Sluice.Reactor/Sluice.Reactor.csproj");
        Assert.Contains(Repository.Files, file => file.Path == ".ci/run");
        Assert.DoesNotContain(Repository.Files, file => file.Path.Contains("/obj/", StringComparison.Ordinal));
    }

    [Fact]
    public void Repository_CSharpFiles_ParseWithoutErrors()
    {
        // A file that this parser does not understand would escape the rules that look at its tree.
        string[] broken =
        [
            .. Repository.Files.Where(file => file.IsCSharp && file.Syntax.GetDiagnostics().Any()).Select(file => file.Path),
        ];
        Assert.Empty(broken);
    }
}
