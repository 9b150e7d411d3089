using System.Reflection;
using Sluice.Config.Binding;
using Sluice.Config.Compilation;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Model.Caching;
using Sluice.Config.Schema;
using Sluice.Config.Schema.Caching;
using Sluice.Config.Yaml;
using Sluice.Http.Representations;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Plans.Checks;

namespace Sluice.Config.Tests;

/// <summary>Every limit of the data plane has exactly one key, and each key sets one limit.</summary>
public sealed class LimitsTests
{
    [Fact]
    public void Limits_EachMember_HasExactlyOneKey() =>
        AssertOneToOne(LimitsSchema.Type, new ProxyLimits(), besides: [nameof(ProxyLimits.ShutdownGraceMs)]);

    [Fact]
    public void Connections_EachMember_HasExactlyOneKey() => AssertOneToOne(PoolSchema.Type, new PoolLimits(), besides: []);

    [Fact]
    public void Limits_EachDefaultOfTheReference_IsThatOfThePlan() => AssertDefaults(LimitsSchema.Type, new ProxyLimits());

    [Fact]
    public void Connections_EachDefaultOfTheReference_IsThatOfThePlan() => AssertDefaults(PoolSchema.Type, new PoolLimits());

    [Fact]
    public void Overload_EachMember_HasAKeyWithItsDefault()
    {
        Assert.Equal(typeof(OverloadPlan).GetProperties().Count(property => property.CanWrite), OverloadSchema.Type.Options.Count);
        AssertDefaults(OverloadSchema.Type, new OverloadPlan());
    }

    [Fact]
    public void StickyCookie_EachMember_HasExactlyOneKey()
    {
        Assert.Equal(typeof(StickyCookiePlan).GetProperties().Count(property => property.CanWrite), StickySchema.Cookie.Options.Count);
        AssertDefaults(StickySchema.Cookie, new StickyCookiePlan());
    }

    [Fact]
    public void OutliersAndCircuitBreaker_EachDefaultOfTheReference_IsThatOfThePlan()
    {
        AssertDefaults(OutlierSchema.Type, new OutlierPlan());
        AssertDefaults(CircuitBreakerSchema.Type, new CircuitBreakerPlan());
        AssertDefaults(AdaptiveConcurrencySchema.Type, new AdaptiveConcurrencyPlan());
        Assert.Equal(typeof(AdaptiveConcurrencyPlan).GetProperties().Length, AdaptiveConcurrencySchema.Type.Options.Count);
        Assert.Equal(typeof(OutlierPlan).GetProperties().Length, OutlierSchema.Type.Options.Count);
        Assert.Equal(typeof(CircuitBreakerPlan).GetProperties().Length, CircuitBreakerSchema.Type.Options.Count);
    }

    [Fact]
    public void Compress_EachDefaultOfTheReference_IsThatOfThePlan()
    {
        var plan = new CompressionPlan();
        CompressConfig read = CompressSchema.Type.Options
            .Where(option => option.Default.StartsWith('`') && option.Key != "encodings")
            .Concat(CompressSchema.Level.Options)
            .Aggregate(new CompressConfig { Plan = plan with { GzipLevel = 0, BrotliLevel = 0, ZstdLevel = 0, BytesMin = 0, CpuShareMax = 0 } },
                (config, option) => Apply(option, config, option.Default.Trim('`')));

        Assert.Equal(plan, read.Plan);
        Assert.Equal("`[zstd, br, gzip]`", CompressSchema.Type.Options[0].Default);
        Assert.Equal([ContentCoding.Zstd, ContentCoding.Brotli, ContentCoding.Gzip], plan.Encodings);
    }

    [Fact]
    public void Mirror_EachDefaultOfTheReference_IsThatOfThePlan()
    {
        var plan = new MirrorPlan(new UpstreamPlan { Name = "shadow", Servers = [] });
        MirrorConfig read = MirrorSchema.Type.Options
            .Where(option => option.Default.Length > 0)
            .Aggregate(new MirrorConfig(), (mirror, option) => Apply(option, mirror, option.Default.Trim('`')));

        Assert.Equal(
            (plan.HundredthsOfPercent, plan.BodyBytesMax, plan.LagBytesMax, plan.ConcurrencyMax, plan.TimeoutMs),
            (read.HundredthsOfPercent, read.BodyBytesMax, read.LagBytesMax, read.ConcurrencyMax, read.TimeoutMs));
    }

    [Fact]
    public void HealthCheck_EachDefaultOfTheReference_IsThatOfThePlan()
    {
        string[] words = ["host", "headers", "service", "port", "send", "expect"];
        HealthCheckConfig read = HealthCheckSchema.Type.Options
            .Where(option => !words.Contains(option.Key))
            .Aggregate(new HealthCheckConfig(), (check, option) => Apply(option, check, option.Default.Trim('`')));

        Assert.Equal(new HealthCheckPlan(), read.Plan);
        Assert.Equal(words, HealthCheckSchema.Type.Options.Where(option => !option.Default.StartsWith('`')).Select(option => option.Key));
        Assert.Equal("`200-399`", HealthCheckSchema.Expectation.Options[0].Default);
    }

    [Fact]
    public void Retries_EachDefaultOfTheReference_IsThatOfThePlan()
    {
        AssertDefaults(RetriesSchema.Backoff, new RetryPlan());
        AssertDefaults(RetriesSchema.Budget, new RetryPlan());
        RetryPlan read = RetriesSchema.Type.Options
            .Where(option => option.Default.Length > 0 && option.Key != "on")
            .Aggregate(new RetryPlan { AttemptsMax = 9, NonIdempotent = true, RetryAfterMaxMs = 9 }, (plan, option) => Apply(option, plan, option.Default.Trim('`')));
        Assert.Equal(new RetryPlan(), read);
        ReplayPlan replay = RetriesSchema.Replay.Options
            .Where(option => option.Default.StartsWith('`'))
            .Aggregate(ReplayPlan.None, (plan, option) => Apply(option, plan, option.Default.Trim('`')));
        Assert.Equal(new ReplayPlan(), replay);
    }

    [Fact]
    public void Cache_EachDefaultOfTheReference_IsThatOfThePlan()
    {
        CacheConfig read = CacheSchema.Type.Options
            .Where(option => option.Default.StartsWith('`') && option.Key != "methods")
            .Aggregate(new CacheConfig(), (cache, option) => Apply(option, cache, option.Default.Trim('`')));
        CoalesceConfig coalesce = Apply(CacheSchema.Coalesce.Options[0], new CoalesceConfig(true), CacheSchema.Coalesce.Options[0].Default.Trim('`'));
        var matches = new MatchCompiler([]);

        Assert.Equal(new CachePlan(), CacheCompiler.Compile(new RouteSettingsConfig { Cache = new CacheConfig() }, matches));
        Assert.Equal(new CachePlan(), CacheCompiler.Compile(new RouteSettingsConfig { Cache = read with { Coalesce = coalesce, Methods = ["GET", "HEAD"] } }, matches));
        Assert.Equal(typeof(CachePlan).GetProperties().Count(property => property.CanWrite) - 2, CacheSchema.Type.Options.Count);
    }

    [Fact]
    public void CacheStore_EachDefaultOfTheReference_IsThatOfThePlan()
    {
        CacheStoreConfig store = CacheStoreSchema.Type.Options
            .Where(option => option.Default.StartsWith('`'))
            .Aggregate(new CacheStoreConfig(), (read, option) => Apply(option, read, FirstWord(option.Default)));
        var byDefault = new DiskCacheConfig(new DiskCachePlan("/x"));
        DiskCacheConfig disk = CacheStoreSchema.Disk.Options
            .Where(option => option.Default.StartsWith('`'))
            .Aggregate(byDefault, (read, option) => Apply(option, read, FirstWord(option.Default)));

        Assert.Equal((128 * 1024 * 1024, 8 * 1024 * 1024), (store.MemoryBytes, store.MemoryObjectBytesMax));
        Assert.Equal(new CacheStorePlan(), CacheCompiler.Compile(new CacheStoreConfig()));
        Assert.Equal(new CacheStorePlan(), CacheCompiler.Compile(store));
        Assert.Equal(byDefault.Plan, disk.Plan);
        Assert.Equal(byDefault.Plan.ObjectBytesMax, disk.ObjectBytesMax);

        static string FirstWord(string text) => text.Split('`')[1];
    }

    private static void AssertOneToOne<T>(ObjectType<T> type, T defaults, string[] besides)
    {
        var set = new List<string>();
        foreach (Option<T> option in type.Options)
        {
            // Whatever its type, one of these is a value that differs from the default.
            IEnumerable<string> changed = new[] { "7s", "777B", "7", "true" }.SelectMany(text => Changed(defaults, Apply(option, defaults, text))).Distinct();
            set.Add(Assert.Single(changed));
        }

        IEnumerable<string> members = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).Except(besides);
        Assert.Equal(members.Order(StringComparer.Ordinal), set.Order(StringComparer.Ordinal));
    }

    private static void AssertDefaults<T>(ObjectType<T> type, T defaults)
    {
        foreach (Option<T> option in type.Options)
        {
            Assert.Empty(Changed(defaults, Apply(option, defaults, option.Default.Trim('`'))));
        }
    }

    private static T Apply<T>(Option<T> option, T defaults, string text)
    {
        var place = new SourceLocation(new SourceText("test", text), 0, text.Length);
        return option.Apply(defaults, new ScalarNode(text, isPlain: true, place), new DiagnosticBag());
    }

    private static IEnumerable<string> Changed<T>(T before, T after) =>
        typeof(T).GetProperties().Where(property => !Equals(property.GetValue(before), property.GetValue(after))).Select(property => property.Name);
}
