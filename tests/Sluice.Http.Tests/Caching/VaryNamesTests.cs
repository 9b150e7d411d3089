using System.Text;
using Sluice.Http.Caching;

namespace Sluice.Http.Tests.Caching;

public sealed class VaryNamesTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("a", "", "a")]
    [InlineData("", "a,b", "a,b")]
    [InlineData("a,c", "b", "a,b,c")]
    [InlineData("a,b", "a,b", "a,b")]
    [InlineData("a,b,x-y", "b,x,z", "a,b,x,x-y,z")]
    public void TryUnite_OfTwoLists_HasEachNameOnceInOrder(string left, string right, string expected)
    {
        byte[] destination = new byte[VaryKey.NameBytesMax];

        Assert.True(VaryNames.TryUnite(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right), destination, out int length));
        Assert.Equal(expected, Encoding.ASCII.GetString(destination, 0, length));
    }

    [Fact]
    public void TryUnite_OfMoreNamesThanAKeyTakes_HasNothing()
    {
        byte[] left = Encoding.ASCII.GetBytes(string.Join(',', Enumerable.Range(0, 16).Select(i => $"a{i:00}")));

        Assert.True(VaryNames.TryUnite(left, left, new byte[VaryKey.NameBytesMax], out int same));
        Assert.Equal(left.Length, same);
        Assert.False(VaryNames.TryUnite(left, "b"u8, new byte[VaryKey.NameBytesMax], out int length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void TryUnite_WithoutRoom_HasNothing()
    {
        Assert.True(VaryNames.TryUnite("ab"u8, "cd"u8, new byte[5], out _));
        Assert.False(VaryNames.TryUnite("ab"u8, "cd"u8, new byte[4], out int length));
        Assert.Equal(0, length);
    }

    [Theory]
    [InlineData("hx-request", true)]
    [InlineData("HX-Request", true)]
    [InlineData("accept", true)]
    [InlineData("hx-reques", false)]
    [InlineData("hx-request,accept", false)]
    public void Contain_IsAboutWholeNames(string name, bool expected)
    {
        Assert.Equal(expected, VaryNames.Contain("accept,hx-request"u8, Encoding.ASCII.GetBytes(name)));
    }
}
