using Sluice.Http.Caching;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;
using static Sluice.Http.Tests.Caching.CacheStory;

namespace Sluice.Http.Tests.Caching;

/// <summary>RFC 9111, section 4.1: which requests match the one that a response was stored for.</summary>
public sealed class VaryKeyTests
{
    [Theory]
    [InlineData("", VaryOutcome.None, "")]
    [InlineData("Vary: ", VaryOutcome.None, "")]
    [InlineData("Vary: , ,", VaryOutcome.None, "")]
    [InlineData("Vary: Accept-Encoding", VaryOutcome.Names, "accept-encoding")]
    [InlineData("Vary: X-b, Accept ,x-A", VaryOutcome.Names, "accept,x-a,x-b")]
    [InlineData("Vary: X-b\nVary: x-a\nVary: X-B, X-A", VaryOutcome.Names, "x-a,x-b")]
    [InlineData("Vary: *", VaryOutcome.Any, "")]
    [InlineData("Vary: a\nVary: b, *", VaryOutcome.Any, "")]
    [InlineData("Vary: \"a\"", VaryOutcome.Any, "")]
    [InlineData("Vary: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,P", VaryOutcome.Names, "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p")]
    [InlineData("Vary: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", VaryOutcome.TooMany, "")]
    [Trait("RFC9111", "4.1-3")]
    public void Names_AreSortedAndThereOnce(string response, VaryOutcome outcome, string expected) => Assert.Equal((outcome, expected), Names(response));

    [Fact]
    public void Names_TooLong_AreTooMany()
    {
        string name = new('x', 250);
        Assert.Equal(VaryOutcome.Names, Names($"Vary: a{name}, b{name}").Outcome);
        Assert.Equal(VaryOutcome.TooMany, Names($"Vary: a{name}, b{name}, c{name}").Outcome);
    }

    [Theory]
    [InlineData("X-A: 1", "1|")]
    [InlineData("x-a:  1 ", "1|")]
    [InlineData("X-A: 1\nX-A: 2", "1, 2|")]
    [InlineData("X-A: 1, 2", "1, 2|")]
    [InlineData("X-A: 1,2", "1,2|")]
    [InlineData("X-A: B", "B|")]
    [Trait("RFC9111", "4-3")]
    [Trait("RFC9111", "4.1-1")]
    public void Key_HasTheLinesOfTheNamedField(string request, string expected) => Assert.Equal(expected, Key("Vary: X-A", request));

    [Fact]
    [Trait("RFC9111", "4.1-1")]
    public void Key_HasNothingOfOtherFields() => Assert.Equal(Key("Vary: X-A", "X-A: 1\nX-B: 1"), Key("Vary: x-a", "X-B: 2\nX-a: 1"));

    [Fact]
    [Trait("RFC9111", "4.1-2")]
    public void Key_OfAnAbsentField_IsNotThatOfAnEmptyOne()
    {
        Assert.Equal("(absent)|", Key("Vary: X-A", ""));
        Assert.Equal("|", Key("Vary: X-A", "X-A:"));
        Assert.Equal("(absent)|", Key("Vary: Accept-Encoding", ""));
        Assert.Equal("identity|", Key("Vary: Accept-Encoding", "Accept-Encoding:"));
    }

    [Fact]
    [Trait("RFC9111", "4-3")]
    public void Key_OfSeveralFields_TellsThemApart()
    {
        Assert.Equal("1|(absent)|2|", Key("Vary: A, B, C", "A: 1\nC: 2"));
        Assert.NotEqual(Key("Vary: A, B", "A: 1"), Key("Vary: A, B", "B: 1"));
        Assert.Equal(Key("Vary: A, B", "A: 1\nB: 2"), Key("Vary: b\nVary: a", "B: 2\nA: 1"));
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("x-gzip", "gzip")]
    [InlineData("br, gzip", "br, gzip")]
    [InlineData("gzip,br", "br, gzip")]
    [InlineData("GZIP ; q=0.5, Br;Q=1.000", "br, gzip")]
    [InlineData("gzip, deflate, br, zstd", "br, gzip, zstd")]
    [InlineData("gzip\nAccept-Encoding: br", "br, gzip")]
    [InlineData("gzip;q=0, br", "br")]
    [InlineData("gzip;q=0.000", "identity")]
    [InlineData("gzip;q=0.001", "gzip")]
    [InlineData("gzip;q=x", "identity")]
    [InlineData("gzip;foo=1", "gzip")]
    [InlineData("gzip;q=0, gzip", "identity")]
    [InlineData("deflate", "identity")]
    [InlineData("identity", "identity")]
    [InlineData("*", "br, gzip, zstd")]
    [InlineData("*, gzip;q=0", "br, zstd")]
    [InlineData("identity;q=0, gzip", "gzip, identity;q=0")]
    [InlineData("*;q=0, br", "br, identity;q=0")]
    [InlineData("*;q=0, identity, br", "br")]
    [InlineData("*;q=0", "identity;q=0")]
    [Trait("RFC9111", "4.1-1")]
    public void AcceptEncoding_BecomesTheSetOfCodings(string value, string expected)
    {
        Assert.Equal($"{expected}|", Key("Vary: Accept-Encoding", $"Accept-Encoding: {value}"));

        // What goes to the server in its place means the same again.
        Assert.Equal($"{expected}|", Key("Vary: Accept-Encoding", $"Accept-Encoding: {expected}"));
    }

    [Theory]
    [InlineData("Accept-Language", "de-DE,en ;q=0.5", "de-de, en ;q=0.5|")]
    [InlineData("Accept-Language", "de, ,en\nAccept-Language: fr", "de, en, fr|")]
    [InlineData("Accept", "text/html,*/*", "text/html, */*|")]
    [InlineData("Accept", "text/html;a=\"x,y\",*/*", "text/html;a=\"x,y\",*/*|")]
    [InlineData("Cookie", "a=1; b=2", "a=1; b=2|")]
    [InlineData("User-Agent", "X  (a,b)", "X  (a,b)|")]
    [Trait("RFC9111", "4.1-1")]
    public void Lists_ThatAreKnown_GetEvenBlanks(string name, string value, string expected) => Assert.Equal(expected, Key($"Vary: {name}", $"{name}: {value}"));

    [Fact]
    public void Key_ThatDoesNotFit_IsNone()
    {
        RequestHead request = Request("X-A: 12345");
        Assert.False(VaryKey.TryWrite("x-a"u8, request.Fields, new byte[5], out _));
        Assert.True(VaryKey.TryWrite("x-a"u8, request.Fields, new byte[6], out int length));
        Assert.Equal(6, length);
        Assert.True(VaryKey.TryWrite(default, request.Fields, [], out length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void Names_AreFoundInAList()
    {
        Assert.True(VaryKey.Names("accept,cookie"u8, "cookie"u8));
        Assert.False(VaryKey.Names("accept,cookie"u8, "cook"u8));
    }
}
