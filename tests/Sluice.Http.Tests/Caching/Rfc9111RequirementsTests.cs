using System.Reflection;

namespace Sluice.Http.Tests.Caching;

public sealed class Rfc9111RequirementsTests
{
    private const string TraitName = "RFC9111";

    [Fact]
    public void Requirements_ThatAreDecidedHere_HaveATestThatNamesThem()
    {
        Assert.Equal([], Rfc9111Requirements.Decided.Keys.Except(NamedByTests(), StringComparer.Ordinal));
    }

    [Fact]
    public void Requirements_NamedByTests_AreInTheTable()
    {
        Assert.Equal([], NamedByTests().Except(Rfc9111Requirements.Decided.Keys, StringComparer.Ordinal));
    }

    [Fact]
    public void Requirements_AreInOneTableEach()
    {
        string[] all = [.. Rfc9111Requirements.Decided.Keys, .. Rfc9111Requirements.InProxy.Keys, .. Rfc9111Requirements.NotApplicable.Keys];
        Assert.Equal(all.Length, all.Distinct(StringComparer.Ordinal).Count());
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
