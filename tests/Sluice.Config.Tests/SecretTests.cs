using Sluice.Config.Diagnostics;
using Sluice.Config.Loading;
using Sluice.Config.Showing;

namespace Sluice.Config.Tests;

/// <summary>What placeholders put in is never told, whatever is wrong with it.</summary>
public sealed class SecretTests
{
    private static readonly string[] Shapes =
    [
        "hunter2-Secret", "hunter2 Secret\n", "http://user:hunter2@Secret/", "http://hunter2:Secret", "hunter2://Secret", "HTTP://hunter2-secret.Example/x",
        "unix:hunter2-Secret", ":hunter2", "10.0.0.300/hunter2", "9999999hunter2", "12hunter2", "5hunter2", "/hunter2*Secret", "*.hunter2..Secret", "hunter2:80",
        "\u001bhunter2", "hunter2\u00e9Secret", "[::hunter2]:80", "stdouthunter2", "hunter2-least_requests", "trueHunter2",
    ];

    public static TheoryData<string> Values() => [.. Shapes];

    [Theory]
    [MemberData(nameof(Values))]
    public void Diagnostics_OfABadSecretInEveryPlace_NeverQuoteIt(string secret)
    {
        var said = new List<Diagnostic>();
        foreach (string path in Directory.GetFiles(RepositoryFiles.Golden, "*.yaml").Where(path => !Path.GetFileName(path).StartsWith("bad_", StringComparison.Ordinal)))
        {
            said.AddRange(FindingsWithSecrets(File.ReadAllText(path), secret));
        }

        Assert.InRange(said.Count, 100, 100_000);
        Assert.InRange(said.DistinctBy(diagnostic => diagnostic.Code).Count(), 4, 100);
        string text = DiagnosticRenderer.Render(said);
        Assert.DoesNotContain("unter2", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("-Secret", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Diagnostics_OfASecretNameUsedTwice_ShowThePlaceholder()
    {
        const string text = "listen: [\":8080\", { address: \"${env:A}\" }, { address: \"${env:A}\" }]\nroutes: [{ name: \"${env:N}\", respond: a }, { name: \"${env:N}\", respond: b }]\n";
        string said = DiagnosticRenderer.Render(Load(text, name => name == "A" ? "127.7.7.7:8081" : "n4me"));

        Assert.DoesNotContain("127.7.7.7", said, StringComparison.Ordinal);
        Assert.DoesNotContain("n4me", said, StringComparison.Ordinal);
        Assert.Contains("two routes have the name `${env:N}`", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("match: \"/hook/${env:T}\"", "/hook/${env:T}")]
    [InlineData("match: \"/hook/${env:T}/*\"", "/hook/${env:T}/*")]
    [InlineData("match: { path: [\"/${env:T}\", /b] }", "/${env:T}")]
    [InlineData("match: { path: { regex: \"/x/${env:T}\" } }", "~/x/${env:T}")]
    [InlineData("match: { host: \"${env:T}.example.com\", path: /a }", "${env:T}.example.com/a")]
    [InlineData("match: { host: { regex: \"${env:T}.*\" } }", "~${env:T}.*/*")]
    public void RouteName_OfAMatchWithAPlaceholder_ShowsThePlaceholder(string match, string name)
    {
        ConfigResult result = LoadWhole($"listen: \":8080\"\nroutes: [{{ {match}, respond: ok }}]\n", _ => "s3cret");

        Assert.Equal(name, result.Plan!.Routes[0].Name);
        Assert.Contains("s3cret", string.Concat(result.Plan.Routes[0].Hosts.Select(host => host.Text).Concat(result.Plan.Routes[0].Paths.Select(path => path.Text))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dns: { update: { server: ns, key_name: k, secret: s3cr3t-k3y } }")]
    [InlineData("dns: { update: { server: ns, key_name: k, secret: \"s3cr3t-k3y\", secret: other } }")]
    [InlineData("dns:\n    update:\n      secret: |\n        first line\n        s3cr3t-k3y\n      unknown: 1")]
    [InlineData("dns: { http: { url: \"https://a.example\", token: s3cr3t-k3y, password: s3cr3t-k3y } }")]
    [InlineData("dns: { exec: { command: hook, environment: { KEY: s3cr3t-k3y }, unknown: 1 } }")]
    [InlineData("issuers: { directory: zerossl, eab: { hmac_key: s3cr3t-k3y! } }")]
    public void SecretInPlainText_OfAnyOption_IsNeverShown(string certificates)
    {
        ConfigResult result = LoadWhole($"listen: {{ address: \":443\", tls: auto, x: 1 }}\nroutes: [{{ respond: ok }}]\ncertificates:\n  {certificates}\n", _ => null);

        Assert.True(result.HasErrors);
        Assert.DoesNotContain("s3cr3t", DiagnosticRenderer.Render(result.Diagnostics), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", ConfigShow.WriteYaml(result, hasOrigin: true) ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", ConfigShow.WriteJson(result, hasOrigin: false) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnostics_BesideAShortSecret_StillQuoteWhatStandsInTheFile()
    {
        string said = DiagnosticRenderer.Render(Load("listen: \":8080\"\nworkers: ${env:N}\nroutes: [{ respond: ok, x4: 4 }]\nlimits: { max_connections: 4x }\n", _ => "4"));

        Assert.Contains("unknown option `x4`", said, StringComparison.Ordinal);
        Assert.Contains("`4x` is not a number", said, StringComparison.Ordinal);
    }

    // Each value of a text, one after the other, is a secret.
    private static IEnumerable<Diagnostic> FindingsWithSecrets(string text, string secret)
    {
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            int colon = lines[i].LastIndexOf(": ", StringComparison.Ordinal);
            int dash = lines[i].LastIndexOf("- ", StringComparison.Ordinal);
            int start = Math.Max(colon, dash) + 2;
            if (start < 2 || lines[i].TrimStart().StartsWith('#'))
            {
                continue;
            }

            string changed = string.Join('\n', [.. lines[..i], lines[i][..start] + "\"${env:SECRET}\"", .. lines[(i + 1)..]]);
            foreach (Diagnostic diagnostic in Load(changed, _ => secret))
            {
                yield return diagnostic;
            }
        }
    }

    private static IReadOnlyList<Diagnostic> Load(string text, Func<string, string?> environment) => LoadWhole(text, environment).Diagnostics;

    private static ConfigResult LoadWhole(string text, Func<string, string?> environment) =>
        ConfigLoader.Load(new ConfigFile("secret.yaml", "/secret.yaml"), text, environment);
}
