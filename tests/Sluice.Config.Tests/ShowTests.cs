using System.Text.Json;
using Sluice.Config.Loading;
using Sluice.Config.Showing;

namespace Sluice.Config.Tests;

public sealed class ShowTests
{
    public static TheoryData<string> Files() => GoldenTests.Files();

    [Theory]
    [MemberData(nameof(Files))]
    public void Show_EveryGoldenFile_IsReadAgainAsTheSame(string name)
    {
        string path = Path.Combine(RepositoryFiles.Golden, name);
        ConfigResult result = Load(path);
        if (result.Tree is null)
        {
            Assert.True(result.HasErrors);
            return;
        }

        string yaml = ConfigShow.WriteYaml(result, hasOrigin: false)!;
        AssertSame(result, ConfigShow.WriteYaml(result, hasOrigin: true)!, path);
        AssertSame(result, ConfigShow.WriteJson(result, hasOrigin: false)!, path);
        Assert.Equal(yaml, ConfigShow.WriteYaml(AssertSame(result, yaml, path), hasOrigin: false));
    }

    [Fact]
    public void Show_OfSeveralFiles_SaysWhereEachValueStands()
    {
        ConfigResult result = Load(Path.Combine(RepositoryFiles.Golden, "include_merged", "main.yaml"));

        Assert.Equal(
            """
            listen:
              - ":8080" # main.yaml:2
              - ":8081" # conf.d/10-shop.yaml:2
              - ":8082" # conf.d/10-shop.yaml:2
              - address: ":8083" # conf.d/20-api.yaml:2
            routes:
              - match: /first # main.yaml:4
                respond: main # main.yaml:5
              - match: /shop/* # conf.d/10-shop.yaml:4
                proxy: shop # conf.d/10-shop.yaml:5
              - match: /api/* # conf.d/20-api.yaml:4
                proxy: api # conf.d/20-api.yaml:5
            upstreams:
              api:
                - http://10.0.0.1 # main.yaml:7
              shop:
                - http://10.0.0.2 # conf.d/10-shop.yaml:7
            workers: 2 # main.yaml:8
            limits:
              connect_timeout: "1s" # conf.d/../more/limits.json:1

            """,
            ConfigShow.WriteYaml(result, hasOrigin: true));
    }

    [Fact]
    public void Show_AsJsonWithOrigins_HasAPointerForEachValue()
    {
        ConfigResult result = Load(Path.Combine(RepositoryFiles.Golden, "include_merged", "main.yaml"));

        using JsonDocument json = JsonDocument.Parse(ConfigShow.WriteJson(result, hasOrigin: true)!);
        JsonElement origins = json.RootElement.GetProperty("origins");
        Assert.Equal("conf.d/20-api.yaml:2", origins.GetProperty("/listen/3/address").GetString());
        Assert.Equal(2, json.RootElement.GetProperty("config").GetProperty("workers").GetInt32());
        Assert.Equal(14, origins.EnumerateObject().Count());
    }

    [Fact]
    public void Show_WithPlaceholders_ShowsThemAndNoSecret()
    {
        ConfigResult result = Load(Path.Combine(RepositoryFiles.Golden, "placeholders", "main.yaml"));
        string shown = ConfigShow.WriteYaml(result, hasOrigin: true) + ConfigShow.WriteJson(result, hasOrigin: true);

        Assert.Contains("x-token: \"Bearer ${env:TOKEN}\" #", shown, StringComparison.Ordinal);
        Assert.Contains("\"workers\": \"${env:WORKERS}\"", shown, StringComparison.Ordinal);
        Assert.All(["s3cr3t", "k3y", "backend", "9000"], secret => Assert.DoesNotContain(secret, shown, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a\nb\n", "|\n    a\n    b\n")]
    [InlineData("a\n\n b", "|-\n    a\n\n     b\n")]
    [InlineData("a\n\n", "\"a\\n\\n\"\n")]
    [InlineData(" a\nb", "\" a\\nb\"\n")]
    [InlineData("\n", "\"\\n\"\n")]
    [InlineData("a\n \nb", "\"a\\n \\nb\"\n")]
    [InlineData("\u0007\t\"\\é\U0001F600", "\"\\u0007\\t\\\"\\\\é\U0001F600\"\n")]
    public void Show_OddText_IsReadAgainAsTheSame(string text, string shown)
    {
        string json = JsonSerializer.Serialize(text);
        ConfigResult result = ConfigLoader.LoadText($"listen: \":80\"\nroutes:\n- respond: {json}\n", "odd.yaml");

        string yaml = ConfigShow.WriteYaml(result, hasOrigin: false)!;

        Assert.EndsWith("respond: " + shown.Replace("\n    ", "\n      ", StringComparison.Ordinal), yaml, StringComparison.Ordinal);
        Assert.Equal(text, ConfigLoader.LoadText(yaml, "again.yaml").Config!.Routes[0].Respond!.Body);
    }

    private static ConfigResult AssertSame(ConfigResult result, string text, string path)
    {
        ConfigResult again = ConfigLoader.Load(new ConfigFile("again.yaml", path), text, GoldenTests.Variables.GetValueOrDefault);

        // What is given twice is shown once, so a bad one may have become good.
        Assert.NotNull(again.Tree);
        if (result.Plan is not null)
        {
            Assert.Equal(PlanText.Write(result.Config!, result.Plan), PlanText.Write(again.Config!, again.Plan!));
        }

        return again;
    }

    private static ConfigResult Load(string path) => ConfigLoader.Load(path, Path.GetFileName(path), GoldenTests.Variables.GetValueOrDefault);
}
