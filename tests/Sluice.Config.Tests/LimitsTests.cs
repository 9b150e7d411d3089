using System.Reflection;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Schema;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

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
    public void StickyCookie_EachMember_HasExactlyOneKey()
    {
        Assert.Equal(typeof(StickyCookiePlan).GetProperties().Count(property => property.CanWrite), StickySchema.Cookie.Options.Count);
        AssertDefaults(StickySchema.Cookie, new StickyCookiePlan());
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
