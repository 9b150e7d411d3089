using Sluice.Config.Diagnostics;
using Sluice.Config.Linting;
using Sluice.Config.Reference;

namespace Sluice.Config.Tests;

/// <summary>Each code has a page, made from the table and from the golden file that shows it most shortly.</summary>
public sealed class DiagnosticReferenceTests
{
    // Longer ones explain nothing.
    private const int ExampleCharsMax = 4_000;

    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "docs", "reference", "diagnostics");

    private static readonly DiagnosticExample[] Examples =
    [
        .. GoldenTests.Paths()
            .Select(ReadExample)
            .Where(example => example.Input.Length + example.Output.Length < ExampleCharsMax),
    ];

    public static TheoryData<string> Ids() => [.. DiagnosticCodes.All.Select(code => code.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Page_Committed_IsWhatTheTableSays(string id)
    {
        Directory.CreateDirectory(Folder);
        DiagnosticCode code = DiagnosticCodes.All.Single(known => known.Id == id);

        RepositoryFiles.AssertIs(Path.Combine(Folder, id + ".md"), DiagnosticReference.WritePage(code, FindExample(id)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Page_Carried_IsTheCommittedOne(string id)
    {
        // Pages that were just rewritten are carried after the next build.
        if (!RepositoryFiles.IsUpdating)
        {
            Assert.Equal(File.ReadAllText(Path.Combine(Folder, id + ".md")), DiagnosticReference.Find(id.ToLowerInvariant()));
        }
    }

    [Fact]
    public void Index_Committed_IsWhatTheTableSays() => RepositoryFiles.AssertIs(Path.Combine(Folder, "README.md"), DiagnosticReference.WriteIndex());

    [Fact]
    public void Folder_Committed_HasNoOtherPages() => Assert.Equal(
        DiagnosticCodes.All.Select(code => code.Id).Append("README").Order(StringComparer.Ordinal),
        Directory.GetFiles(Folder).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("SL9999")]
    [InlineData("../SL0101")]
    public void Page_OfUnknownCode_IsNone(string id) => Assert.Null(DiagnosticReference.Find(id));

    private static DiagnosticExample? FindExample(string id) => Examples
        .Where(example => example.Output.Contains($"[{id}]", StringComparison.Ordinal))
        .MinBy(example => example.Input.Length + example.Output.Length);

    // Said anew, so that pages and golden files can be rewritten in one go.
    private static DiagnosticExample ReadExample(string path)
    {
        string name = Path.GetFileName(path);
        ConfigResult result = ConfigLoader.Load(path, name, GoldenTests.Variables.GetValueOrDefault);
        bool isAdvice = name.StartsWith(GoldenTests.AdvicePrefix, StringComparison.Ordinal);
        IReadOnlyList<Diagnostic> findings = isAdvice ? ConfigLinter.Lint(result) : result.Diagnostics;
        return new DiagnosticExample(name, File.ReadAllText(path), DiagnosticRenderer.Render(findings));
    }
}
