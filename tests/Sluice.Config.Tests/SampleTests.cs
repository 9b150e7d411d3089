using Sluice.Config.Diagnostics;

namespace Sluice.Config.Tests;

/// <summary>Every sample is a configuration without errors or warnings.</summary>
public sealed class SampleTests
{
    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "samples"), "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Sample_Checked_HasNoFindings(string name)
    {
        ConfigResult result = ConfigLoader.Load(Path.Combine(RepositoryFiles.Root, "samples", name));

        Assert.Equal("0 errors, 0 warnings\n", DiagnosticRenderer.Render(result.Diagnostics));
    }
}
