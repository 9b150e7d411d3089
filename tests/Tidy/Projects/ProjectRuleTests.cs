using Xunit;

namespace Sluice.Tidy.Projects;

public sealed class ProjectRuleTests
{
    [Theory]
    [InlineData("src/Sluice.Reactor/Sluice.Reactor.csproj", "true", 0)]
    [InlineData("src/Sluice.Http/Sluice.Http.csproj", "true", 1)]
    [InlineData("src/Sluice.Http/Sluice.Http.csproj", "false", 0)]
    [InlineData("Directory.Build.props", "true", 1)]
    public void UnsafeSetting_OutsideOfReactor_IsViolation(string path, string value, int violations)
    {
        string text = $"<Project><PropertyGroup><AllowUnsafeBlocks>{value}</AllowUnsafeBlocks></PropertyGroup></Project>";
        Assert.Equal(violations, Sample.Check(new UnsafeSettingRule(), path, text).Count);
    }

    [Theory]
    [InlineData("Sluice.Cli", "Sluice.Config", 0)]
    [InlineData("Sluice.Cli", "Sluice.Reactor", 0)]
    [InlineData("Sluice.Config", "Sluice.Proxy", 0)]
    [InlineData("Sluice.Proxy", "Sluice.Http", 0)]
    [InlineData("Sluice.Proxy", "Sluice.Config", 1)]
    [InlineData("Sluice.Http", "Sluice.Reactor", 1)]
    [InlineData("Sluice.Reactor", "Sluice.Http", 1)]
    [InlineData("Sluice.Admin", "Sluice.Config", 0)]
    [InlineData("Sluice.Config", "Sluice.Admin", 1)]
    [InlineData("Sluice.Cli", "Sluice.Cli.Tests", 1)]
    [InlineData("Sluice.Unheard", "Sluice.Http", 1)]
    public void ReferenceDirection_UpOrSideways_IsViolation(string from, string to, int violations)
    {
        string text = $"<Project><ItemGroup><ProjectReference Include=\"../{to}/{to}.csproj\" /></ItemGroup></Project>";
        Assert.Equal(violations, Sample.Check(new ReferenceDirectionRule(), $"src/{from}/{from}.csproj", text).Count);
    }
}
