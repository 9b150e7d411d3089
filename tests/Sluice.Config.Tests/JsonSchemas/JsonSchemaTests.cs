using System.Text.Json.Nodes;
using Sluice.Config.Diagnostics;
using Sluice.Config.Reference;

namespace Sluice.Config.Tests.JsonSchemas;

/// <summary>The JSON Schema and the program agree on every golden file and sample, as far as a schema can see.</summary>
public sealed class JsonSchemaTests
{
    private const string Modeline = "# yaml-language-server: $schema=../docs/reference/sluice.schema.json\n";

    // Wrong kinds, unknown and missing options and words, and forms of values. What is wrong between values, and ranges of durations and
    // sizes, only the program finds.
    private static readonly string[] Visible =
        ["SL0201", "SL0203", "SL0204", "SL0205", "SL0206", "SL0301", "SL0302", "SL0303", "SL0304", "SL0306", "SL0314"];

    private static readonly SchemaValidator Schema = new(JsonNode.Parse(JsonSchemaReference.Write())!.AsObject());

    public static TheoryData<string> GoodFiles() => [.. GoldenFiles(hasPlan: true), .. Samples()];

    public static TheoryData<string> BadFiles() => [.. GoldenFiles(hasPlan: false).Where(IsVisiblyWrong)];

    public static TheoryData<string> SampleFiles() => [.. Samples()];

    [Fact]
    public void Schema_Committed_IsWhatTheTablesSay() =>
        RepositoryFiles.AssertIs(Path.Combine(RepositoryFiles.Root, "docs", "reference", "sluice.schema.json"), JsonSchemaReference.Write());

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void File_Good_IsValid(string path)
    {
        Assert.True(YamlAsJson.TryRead(Read(path), out JsonNode? value));
        Assert.Empty(Schema.Check(value));
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void File_VisiblyWrong_IsNotValid(string path)
    {
        Assert.True(YamlAsJson.TryRead(Read(path), out JsonNode? value));
        Assert.NotEmpty(Schema.Check(value));
    }

    [Theory]
    [InlineData("listen: '${env:ADDRESS}'\nroutes: [{ proxy: '${env:SERVER}' }]\nworkers: ${env:WORKERS:-2}\n", true)]
    [InlineData("listen: ':8080'\nroutes: [{ proxy: 'http://${env:HOST}:80' }]\nforwarded: { via: '${env:VIA}' }\n", true)]
    [InlineData("listen: ':8080'\nroutes: [{ respond: ok }]\nlimits: { connect_timeout: '${env:T}', request_body_size: '${env:S}' }\n", true)]
    [InlineData("listen: ':8080'\nroutes: [{ respond: ok }]\naccess_log: '${env:LOG}'\n", true)]
    [InlineData("listen: ':8080'\nroutes: '${env:ROUTES}'\n", false)]
    [InlineData("include: conf.d/*.yaml\n", true)]
    [InlineData("include: conf.d/*.yaml\nlisten: ':8080'\n", true)]
    [InlineData("listen: ':8080'\n", false)]
    [InlineData("listen: ':8080'\nroutes: [{ respond: 600 }]\n", false)]
    [InlineData("listen: ':8080'\nroutes: [{ respond: '600' }]\n", true)]
    [InlineData("listen: 70000\nroutes: [{ respond: ok }]\n", false)]
    [InlineData("listen: ':8080'\nroutes: [{ respond: ok }]\nlimits: { connect_timeout: 0 }\n", true)]
    [InlineData("listen: ':8080'\nroutes: [{ respond: ok }]\nlimits: { connect_timeout: 5 }\n", false)]
    [InlineData("listen: ':8080'\nroutes: [{ respond: ok }]\nworkers: '2'\n", false)]
    [InlineData("listen: ':8080'\nroutes: [{ proxy: a, respond: b }]\n", false)]
    public void Text_Checked_IsValidOrNot(string text, bool isValid)
    {
        Assert.True(YamlAsJson.TryRead(text, out JsonNode? value));
        Assert.Equal(isValid, Schema.Check(value).Count == 0);
    }

    [Theory]
    [MemberData(nameof(SampleFiles))]
    public void Sample_Begins_WithTheModeline(string path) => Assert.StartsWith(Modeline, Read(path), StringComparison.Ordinal);

    [Fact]
    public void BadFiles_Counted_AreMany() => Assert.InRange(GoldenFiles(hasPlan: false).Count(IsVisiblyWrong), 15, int.MaxValue);

    private static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, path));

    private static IEnumerable<string> Samples() => Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "samples"), "*.yaml").Select(Relative);

    private static IEnumerable<string> GoldenFiles(bool hasPlan) => Directory.GetFiles(RepositoryFiles.Golden)
        .Concat(Directory.GetDirectories(RepositoryFiles.Golden).Select(folder => Path.Combine(folder, "main.yaml")))
        .Where(path => Path.GetExtension(path) is ".yaml" or ".json")
        .Where(path => File.Exists(Path.ChangeExtension(path, ".plan.txt")) == hasPlan)
        .Select(Relative);

    // What an editor shows is one file with its placeholders as they stand. One with an error of its YAML has no tree to be checked.
    private static bool IsVisiblyWrong(string path)
    {
        string text = Read(path);
        IReadOnlyList<Diagnostic> findings = ConfigLoader.LoadText(text, path).Diagnostics;
        return findings.Any(finding => Visible.Contains(finding.Code.Id)) && !text.Contains("${", StringComparison.Ordinal) && YamlAsJson.TryRead(text, out _);
    }

    private static string Relative(string path) => Path.GetRelativePath(RepositoryFiles.Root, path);
}
