using System.Reflection;
using Sluice.Http.Tests.Caching;

namespace Sluice.Scenarios.Caching;

/// <summary>The other half of the check: what only shows in the running proxy has a test here.</summary>
public sealed class Rfc9111RequirementsTests
{
    private const string TraitName = "RFC9111";

    [Fact]
    public void Requirements_OfTheRunningProxy_HaveATestThatNamesThem()
    {
        Assert.Equal([], Rfc9111Requirements.InProxy.Keys.Except(NamedByTests(), StringComparer.Ordinal));
    }

    [Fact]
    public void Requirements_NamedByTests_AreInTheTable()
    {
        Assert.Equal([], NamedByTests().Except(Rfc9111Requirements.InProxy.Keys, StringComparer.Ordinal));
    }

    private static HashSet<string> NamedByTests()
    {
        IEnumerable<string> names =
            from type in typeof(Rfc9111RequirementsTests).Assembly.GetTypes()
            from method in type.GetMethods()
            from attribute in method.GetCustomAttributesData()
            where attribute.AttributeType == typeof(TraitAttribute) && attribute.ConstructorArguments[0].Value as string == TraitName
            select (string)attribute.ConstructorArguments[1].Value!;
        return names.ToHashSet(StringComparer.Ordinal);
    }
}
