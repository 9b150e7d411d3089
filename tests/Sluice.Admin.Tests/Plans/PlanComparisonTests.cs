using Sluice.Admin.Api;
using Sluice.Config;

namespace Sluice.Admin.Plans;

public sealed class PlanComparisonTests
{
    private const string Before = """
        listen: ":8080"
        upstreams: { api: [http://a:1, http://b:2], old: http://c }
        limits: { request_header_timeout: 15s }
        routes:
          - { name: api, match: /api/*, proxy: api, limits: { request_body_size: 1MiB } }
          - { name: old, match: { host: old.example, path: /x }, proxy: old }
          - { name: secret, match: /s, respond: { body: hidden-body, headers: { X-Token: hidden-token } } }
        """;

    private static readonly byte[] Key = "0123456789abcdef"u8.ToArray();

    [Theory]
    [InlineData("request_header_timeout: 15s", "request_header_timeout: 90s", "changed settings : limits.request_head_timeout 15s>90s")]
    [InlineData("request_body_size: 1MiB", "request_body_size: 2MiB", "changed route api: limits.request_body_bytes_max 1048576>2097152")]
    [InlineData("http://b:2]", "http://b:3]", "changed upstream api: servers[2].address http://b:2>http://b:3")]
    [InlineData("listen: \":8080\"", "listen: \":8081\"", "added listener :8081:  | removed listener :8080: ")]
    [InlineData("match: /api/*", "match: [/api/*]", null)]
    [InlineData("path: /x }", "path: /y }", "changed route old: paths[1] /x>/y")]
    [InlineData("hidden-body", "hidden-bodies", "changed route secret: action.body >")]
    [InlineData("hidden-token", "hidden-tokens", "changed route secret: action.fields[2].value >")]
    [InlineData("proxy: old", "proxy: api", "changed route old: action.shares[1].upstream old>api | removed upstream old: ")]
    [InlineData("proxy: api,", "respond: 204,", "changed route api: action proxy>respond, action.body >, action.shares[1] upstream_share>, action.shares[1].upstream api>, action.shares[1].weight 1>, action.status >204 | removed upstream api: ")]
    public void Compare_OneDifference_IsNamed(string old, string fresh, string? expected)
    {
        if (expected is null)
        {
            fresh = old;
        }

        Assert.Contains(old, Before, StringComparison.Ordinal);
        Assert.Equal(expected ?? "", Describe(Before, Before.Replace(old, fresh, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("memory: 64MiB", "memory: 65MiB", "changed settings : cache.memory_bytes 67108864>68157440")]
    [InlineData("/var/cache/sluice-a", "/var/cache/sluice-b", "changed settings : cache.disk.folder /var/cache/sluice-a>/var/cache/sluice-b")]
    [InlineData("key_headers: x-a", "key_headers: x-b", "changed route cached: cache.key_headers[1] x-a>x-b")]
    [InlineData("404: 1m", "404: 2m", "changed route cached: cache.valid[1].seconds 60>120")]
    [InlineData("{path}", "{path}{query}", "changed route cached: cache.key >")]
    [InlineData("hidden-session", "hidden-other", "changed route cached: cache.bypass.test.texts[1] >")]
    public void Compare_OneDifferenceOfACache_IsNamed(string old, string fresh, string expected)
    {
        const string before = """
            listen: ":8080"
            cache: { memory: 64MiB, disk: /var/cache/sluice-a }
            routes:
              - name: cached
                proxy: http://a
                cache: { key: "{path}", key_headers: x-a, valid: { 404: 1m }, bypass: { cookie: { session: hidden-session } } }
            """;

        Assert.Contains(old, before, StringComparison.Ordinal);
        Assert.Equal(expected, Describe(before, before.Replace(old, fresh, StringComparison.Ordinal)));
    }

    [Fact]
    public void Compare_RoutesInAnotherOrder_IsADifference()
    {
        string[] lines = Before.Split('\n');
        (lines[4], lines[5]) = (lines[5], lines[4]);

        Assert.Equal("changed settings : order of routes >", Describe(Before, string.Join('\n', lines)));
    }

    [Fact]
    public void Facts_Any_ShowNoTextThatMayBeASecret()
    {
        IReadOnlyList<PlanFacts> facts = new PlanFactsReader(Key).Read(ConfigLoader.LoadText(Before, "a.yaml"));

        Assert.DoesNotContain(facts.SelectMany(part => part.Members.Values), value => value.Contains("hidden-t", StringComparison.Ordinal));
        Assert.DoesNotContain(facts.SelectMany(part => part.Members.Values), value => value.Contains("hidden-b", StringComparison.Ordinal));
    }

    [Fact]
    public void Facts_WithAnotherKey_HaveOtherDigests()
    {
        IReadOnlyList<PlanFacts> one = FactsOf(Before);
        IReadOnlyList<PlanFacts> other = new PlanFactsReader([.. Key, 1]).Read(ConfigLoader.LoadText(Before, "a.yaml"));
        IEnumerable<string> Digests(IReadOnlyList<PlanFacts> facts) =>
            facts.SelectMany(part => part.Members.Values).Where(value => value.StartsWith("hidden:", StringComparison.Ordinal));

        Assert.NotEmpty(Digests(one));
        Assert.Equal(Digests(one), Digests(FactsOf(Before)));
        Assert.Empty(Digests(one).Intersect(Digests(other)));
    }

    private static string Describe(string before, string after) => string.Join(
        " | ",
        PlanComparison.Compare(FactsOf(before), FactsOf(after)).Select(difference =>
            $"{difference.Change} {difference.Kind} {difference.Name}: "
            + string.Join(", ", difference.Members.Select(member => $"{member.Member} {member.Old}>{member.New}"))));

    private static IReadOnlyList<PlanFacts> FactsOf(string text) => new PlanFactsReader(Key).Read(ConfigLoader.LoadText(text, "a.yaml"));
}
