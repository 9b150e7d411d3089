using Sluice.Config.Diagnostics;
using Sluice.Config.Linting;

namespace Sluice.Config.Tests;

/// <summary>
/// Each file of Golden/ is a configuration; beside it lies the plan it compiles to (.plan.txt), or what is said about it (.error.txt), or both
/// when there are only warnings. A configuration of several files is a folder with a main.yaml. A new one needs no code: SLUICE_UPDATE_GOLDEN=1
/// writes what is expected, to be read before it is kept.
/// </summary>
public sealed class GoldenTests
{
    /// <summary>Files of such names hold good configurations about which there is advice.</summary>
    internal const string AdvicePrefix = "lint_";

    /// <summary>The environment of all of them.</summary>
    internal static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["HOST"] = "backend.example",
        ["PORT"] = "9000",
        ["WORKERS"] = "4",
        ["NOTHING"] = "",
        ["TOKEN"] = "s3cr3t-t0ken",
        ["PLACEHOLDER"] = "${env:TOKEN}",
    };

    public static TheoryData<string> Files() => [.. Paths().Select(path => Path.GetRelativePath(RepositoryFiles.Golden, path))];

    /// <summary>The configurations, in the order of their names.</summary>
    internal static IEnumerable<string> Paths() => Directory.GetFiles(RepositoryFiles.Golden)
        .Where(path => Path.GetExtension(path) is ".yaml" or ".json")
        .Concat(Directory.GetDirectories(RepositoryFiles.Golden).Select(folder => Path.Combine(folder, "main.yaml")))
        .Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Files))]
    public void File_Loaded_GivesPlanOrFindings(string name)
    {
        string path = Path.Combine(RepositoryFiles.Golden, name);
        ConfigResult result = ConfigLoader.Load(path, Path.GetFileName(path), Variables.GetValueOrDefault);

        Assert.Equal(result.HasErrors, result.Diagnostics.Any(diagnostic => diagnostic.IsError));
        AssertIsOrIsAbsent(Path.ChangeExtension(path, ".plan.txt"), result.Plan is null ? null : PlanText.Write(result.Config!, result.Plan));
        if (name.StartsWith(AdvicePrefix, StringComparison.Ordinal))
        {
            RepositoryFiles.AssertIs(Path.ChangeExtension(path, ".lint.txt"), DiagnosticRenderer.Render(ConfigLinter.Lint(result)));
        }

        AssertIsOrIsAbsent(Path.ChangeExtension(path, ".error.txt"), result.Diagnostics.Count == 0 ? null : DiagnosticRenderer.Render(result.Diagnostics));
    }

    [Fact]
    public void Codes_EachOfTheTable_HasAGoldenFileOrAHostileTest()
    {
        // Made by files that are too large, too many, or not text, or not there: see HostileInputTests, IncludeTests
        // and PageFileTests. One that ends soon is made by CertificateReaderTests.
        string[] elsewhere = ["SL0101", "SL0102", "SL0103", "SL0104", "SL0105", "SL0109", "SL0110", "SL0111", "SL0115", "SL0118", "SL0349", "SL0511"];
        string all = string.Concat(Directory.GetFiles(RepositoryFiles.Golden, "*.txt", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".plan.txt", StringComparison.Ordinal))
            .Select(File.ReadAllText));

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
