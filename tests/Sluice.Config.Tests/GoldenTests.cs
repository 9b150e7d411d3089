using Sluice.Config.Diagnostics;

namespace Sluice.Config.Tests;

/// <summary>
/// Each file of Golden/ is a configuration; beside it lies the plan it compiles to (.plan.txt), or what is said about it (.error.txt), or both
/// when there are only warnings. A new file needs no code: SLUICE_UPDATE_GOLDEN=1 writes what is expected, to be read before it is kept.
/// </summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Files() => [.. Directory.GetFiles(RepositoryFiles.Golden)
        .Where(path => Path.GetExtension(path) is ".yaml" or ".json")
        .Select(path => Path.GetFileName(path))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_Loaded_GivesPlanOrFindings(string name)
    {
        string path = Path.Combine(RepositoryFiles.Golden, name);
        ConfigResult result = ConfigLoader.LoadText(File.ReadAllText(path), name);

        Assert.Equal(result.HasErrors, result.Diagnostics.Any(diagnostic => diagnostic.IsError));
        AssertIsOrIsAbsent(Path.ChangeExtension(path, ".plan.txt"), result.Plan is null ? null : PlanText.Write(result.Config!, result.Plan));
        AssertIsOrIsAbsent(Path.ChangeExtension(path, ".error.txt"), result.Diagnostics.Count == 0 ? null : DiagnosticRenderer.Render(result.Diagnostics));
    }

    [Fact]
    public void Codes_EachOfTheTable_HasAGoldenFileOrAHostileTest()
    {
        // Made by files that are too large, or not text, or not there: see HostileInputTests.
        string[] elsewhere = ["SL0101", "SL0102", "SL0103", "SL0104", "SL0105", "SL0109", "SL0110", "SL0111", "SL0115"];
        string all = string.Concat(Directory.GetFiles(RepositoryFiles.Golden, "*.error.txt").Select(File.ReadAllText));

        IEnumerable<string> missing = DiagnosticCodes.All.Select(code => code.Id)
            .Except(elsewhere)
            .Where(id => !all.Contains($"[{id}]", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [Fact]
    public void Codes_Table_HoldsEachCodeOnce()
    {
        IEnumerable<object?> fields = typeof(DiagnosticCodes).GetFields().Select(field => field.GetValue(null));

        Assert.Equal(fields, DiagnosticCodes.All);
        Assert.Equal(DiagnosticCodes.All.Count, DiagnosticCodes.All.DistinctBy(code => code.Id).Count());
    }

    private static void AssertIsOrIsAbsent(string path, string? actual)
    {
        if (actual is not null)
        {
            RepositoryFiles.AssertIs(path, actual);
            return;
        }

        if (RepositoryFiles.IsUpdating)
        {
            File.Delete(path);
        }

        Assert.False(File.Exists(path), $"{Path.GetFileName(path)} is expected, but there is nothing of the kind");
    }
}
