using System.Text;
using Sluice.Config.Diagnostics;

namespace Sluice.Config.Tests;

/// <summary>Configurations of several files: what counts over all of them, and which paths a watcher is told of.</summary>
public sealed class IncludeTests : IDisposable
{
    private const string Good = "listen: \":8080\"\nroutes: [{ respond: ok }]\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("sl").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_OfAGoodConfiguration_AreAllThatWereReadAndLookedInto()
    {
        string main = Write("main.yaml", "include: [conf.d/*.yaml, other.yaml]\nworkers: ${file:secrets/workers}\n" + Good);
        Write("conf.d/a.yaml", "");
        Write("conf.d/b.txt", "");
        Write("other.yaml", "");
        Write("secrets/workers", "3\n");

        ConfigResult result = ConfigLoader.Load(main);

        Assert.Empty(result.Diagnostics);
        Assert.Equal(3, result.Config!.Workers);
        Assert.Equal(Paths("main.yaml", "secrets/workers", "conf.d", "conf.d/a.yaml", "other.yaml"), result.Files);
    }

    [Fact]
    public void Files_OfABadConfiguration_AreThereToo()
    {
        string main = Write("main.yaml", "include: [missing.d/*.yaml, missing.yaml, bad.yaml]\nlisten: ${file:missing}\n");
        Write("bad.yaml", "listen: [\n");

        ConfigResult result = ConfigLoader.Load(main);

        Assert.True(result.HasErrors);
        Assert.Equal(Paths("main.yaml", "missing", "missing.d", "missing.yaml", "bad.yaml"), result.Files);
    }

    [Fact]
    public void Files_OfAFileThatIsMissing_AreItself() =>
        Assert.Equal(Paths("missing.yaml"), ConfigLoader.Load(Path.Combine(_folder, "missing.yaml")).Files);

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    public void Load_PathThatCantBeOne_IsAnError(string path) =>
        Assert.Equal(DiagnosticCodes.UnreadableFile, Assert.Single(ConfigLoader.Load(path).Diagnostics).Code);

    [Theory]
    [InlineData(16, false)]
    [InlineData(17, true)]
    public void Load_FilesWithinFiles_GoSixteenDeep(int depth, bool isRefused)
    {
        for (int level = 1; level < depth; level++)
        {
            Write($"{level}.yaml", $"include: {level + 1}.yaml\n");
        }

        Write($"{depth}.yaml", "");

        AssertRefused(Write("main.yaml", "include: 1.yaml\n" + Good), isRefused ? DiagnosticCodes.TooManyFiles : null);
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1_000, true)]
    public void Load_ManyFiles_AreAThousandAtTheMost(int count, bool isRefused)
    {
        for (int number = 0; number < count; number++)
        {
            Write($"conf.d/{number}.yaml", "");
        }

        AssertRefused(Write("main.yaml", "include: conf.d/*\n" + Good), isRefused ? DiagnosticCodes.TooManyFiles : null);
    }

    [Fact]
    public void Load_AliasesOfSeveralFiles_AreCountedTogether()
    {
        string text = "routes: [{ respond: &a x }, " + string.Concat(Enumerable.Range(0, 300).Select(number => $"{{ match: /{{0}}{number}, respond: *a }}, ")) + "]\n";
        string[] parts = [.. Enumerable.Range(0, 4).Select(part => text.Replace("{0}", $"{part}-", StringComparison.Ordinal))];
        for (int part = 0; part < parts.Length; part++)
        {
            Write($"conf.d/{part}.yaml", parts[part]);
        }

        AssertRefused(Write("main.yaml", "include: conf.d/*\nlisten: \":8080\"\n"), DiagnosticCodes.TooManyAliases);
    }

    [Fact]
    public void Load_ValuesOfSeveralFiles_AreCountedTogether()
    {
        string many = "a: [" + string.Concat(Enumerable.Repeat("1,", 600_000)) + "]\n";
        Write("conf.d/1.yaml", many);
        Write("conf.d/2.yaml", many);

        AssertRefused(Write("main.yaml", "include: conf.d/*\n"), DiagnosticCodes.TooManyNodes);
    }

    [Fact]
    public void Load_BytesOfSeveralFiles_AreCountedTogether()
    {
        Write("conf.d/1.yaml", new string('#', 6_000_000));
        Write("conf.d/2.yaml", new string('#', 6_000_000));

        AssertRefused(Write("main.yaml", "include: conf.d/*\n"), DiagnosticCodes.FileTooLarge);
    }

    [Fact]
    public void Load_BytesOfSubstitutedValues_AreCountedToo()
    {
        Write("value", new string('x', 60_000));
        var text = new StringBuilder("listen: \":8080\"\nroutes:\n");
        for (int number = 0; number < 200; number++)
        {
            text.Append($"  - {{ match: /{number}, respond: \"${{file:value}}\" }}\n");
        }

        AssertRefused(Write("main.yaml", text.ToString()), DiagnosticCodes.FileTooLarge);
    }

    [Fact]
    public void Load_CircleThroughASymbolicLink_IsAnError()
    {
        string main = Write("main.yaml", "include: link.yaml\n" + Good);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.yaml"), main);

        AssertRefused(main, DiagnosticCodes.IncludeCircle);
    }

    [Fact]
    public void Load_FullPaths_AreTakenAsTheyAre()
    {
        Write("conf.d/a.yaml", Good);

        Assert.Empty(ConfigLoader.LoadText($"include: {_folder}/conf.d/*.yaml\n", "text").Diagnostics);
        Assert.Empty(ConfigLoader.LoadText($"include: [\"{_folder}/*.d/a.yaml\"]\n", "text").Diagnostics);
    }

    private static void AssertRefused(string main, DiagnosticCode? code)
    {
        ConfigResult result = ConfigLoader.Load(main);

        Assert.Equal(code is null ? [] : [code], result.Diagnostics.Select(diagnostic => diagnostic.Code).Distinct());
        Assert.Equal(code is not null, result.HasErrors);
    }

    private IEnumerable<string> Paths(params string[] names) => names.Select(name => Path.Combine(_folder, name));

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
