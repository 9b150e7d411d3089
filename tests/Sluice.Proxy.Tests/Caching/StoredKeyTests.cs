using System.Text;
using Sluice.Proxy.Caching;
using Xunit;

namespace Sluice.Proxy.Tests.Caching;

/// <summary>Users know responses; what else is stored belongs to these.</summary>
public sealed class StoredKeyTests
{
    private const string Primary = "http://a.test/\0route\0,one";
    private const string Generation = "\u0001\u0002\u0003\u0001\u0002\u0003\u0001\u0002";

    [Theory]
    [InlineData("", StoredKind.Response, true)]
    [InlineData("", StoredKind.Variants, false)]
    [InlineData("", StoredKind.Unstorable, false)]
    [InlineData("\u0001" + Generation + "de\n", StoredKind.Response, true)]
    [InlineData("\u0001" + Generation + "\0\n", StoredKind.Response, true)]
    [InlineData("\u0002\u0001" + Generation, StoredKind.Response, false)]
    [InlineData("\u0001" + Generation + "de\n\u0002\u0001" + Generation, StoredKind.Response, false)]
    [InlineData("\u000312\0\"a\"", StoredKind.Response, false)]
    [InlineData("\u0001" + Generation + "de\n\u000312\0\"a\"", StoredKind.Response, false)]
    public void IsObject_OfAKey_IsSoForResponsesAlone(string suffix, object kind, bool expected)
    {
        Assert.Equal(expected, StoredKey.IsObject(Encoding.Latin1.GetBytes(Primary + suffix), new StoredMeta { Kind = (StoredKind)kind }));
    }

    [Fact]
    public void IsVariant_OfAVariant_TakesItApart()
    {
        Assert.True(StoredKey.IsVariant(Encoding.Latin1.GetBytes(Primary + "\u0001" + Generation + "de\n"), out ReadOnlySpan<byte> primary, out ulong generation));
        Assert.Equal(Primary, Encoding.Latin1.GetString(primary));
        Assert.Equal(0x0201_0302_0103_0201UL, generation);
        Assert.False(StoredKey.IsVariant(Encoding.Latin1.GetBytes(Primary), out _, out _));
    }
}
