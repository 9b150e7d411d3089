using System.Text.RegularExpressions;
using Sluice.Config.Showing;

namespace Sluice.Config.Tests;

/// <summary>What the how-to pages show is what happens.</summary>
public sealed class HowToTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sl").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void SplitAConfiguration_FirstExample_ShowsAsThePageSays()
    {
        string[] examples = Examples("yaml");
        string shown = Examples("console")[0].Split('\n', 2)[1];
        Directory.CreateDirectory(Path.Combine(_folder, "conf.d"));
        File.WriteAllText(Path.Combine(_folder, "sluice.yaml"), examples[0]);
        File.WriteAllText(Path.Combine(_folder, "conf.d", "api.yaml"), examples[1]);

        ConfigResult result = ConfigLoader.Load(Path.Combine(_folder, "sluice.yaml"), "sluice.yaml", _ => null);

        Assert.Empty(result.Diagnostics);
        Assert.Equal(shown, ConfigShow.WriteYaml(result, hasOrigin: true));
    }

    [Fact]
    public void SplitAConfiguration_Placeholders_AreGood()
    {
        string[] examples = Examples("yaml");
        string secret = Path.Combine(_folder, "verification");
        File.WriteAllText(secret, "v\n");
        File.WriteAllText(Path.Combine(_folder, "environment.yaml"), examples[2]);
        File.WriteAllText(Path.Combine(_folder, "secret.yaml"), "listen: \":1\"\n" + examples[3].Replace("/run/secrets/verification", secret, StringComparison.Ordinal));

        ConfigResult environment = ConfigLoader.Load(Path.Combine(_folder, "environment.yaml"), "environment.yaml", name => name == "PORT" ? "8080" : null);
        ConfigResult file = ConfigLoader.Load(Path.Combine(_folder, "secret.yaml"));

        Assert.Empty(environment.Diagnostics);
        Assert.Equal("http://127.0.0.1:3000", environment.Plan!.Upstreams[0].Servers[0].Address.ToString());
        Assert.Equal("v", file.Config!.Routes[0].Respond!.Body);
    }

    private static string[] Examples(string language)
    {
        string page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "how-to", "split-a-configuration.md"));
        return [.. Regex.Matches(page, $"```{language}\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value)];
    }
}
