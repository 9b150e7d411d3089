using Sluice.Http.Caching;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;
using static Sluice.Http.Tests.Caching.CacheStory;

namespace Sluice.Http.Tests.Caching;

/// <summary>RFC 9111, section 4.4: what becomes invalid.</summary>
public sealed class InvalidationTests
{
    [Theory]
    [InlineData(RequestMethod.Post, 200, true)]
    [InlineData(RequestMethod.Put, 204, true)]
    [InlineData(RequestMethod.Delete, 303, true)]
    [InlineData(RequestMethod.Patch, 399, true)]
    [InlineData(RequestMethod.Other, 200, true)]
    [InlineData(RequestMethod.Post, 199, false)]
    [InlineData(RequestMethod.Post, 400, false)]
    [InlineData(RequestMethod.Post, 500, false)]
    [InlineData(RequestMethod.Get, 200, false)]
    [InlineData(RequestMethod.Head, 200, false)]
    [InlineData(RequestMethod.Options, 200, false)]
    [InlineData(RequestMethod.Trace, 200, false)]
    [Trait("RFC9111", "4.4-1")]
    public void Target_IsInvalidAfterAnUnsafeMethodThatWentWell(RequestMethod method, int status, bool expected) =>
        Assert.Equal(expected, InvalidationRules.Invalidates(method, status));

    // The base of section 5.4 of RFC 3986, and its examples as far as they are of this origin.
    [Theory]
    [InlineData("g", "/b/c/g")]
    [InlineData("./g", "/b/c/g")]
    [InlineData("g/", "/b/c/g/")]
    [InlineData("/g", "/g")]
    [InlineData("?y", "/b/c/d;p?y")]
    [InlineData("g?y", "/b/c/g?y")]
    [InlineData("#s", "/b/c/d;p?q")]
    [InlineData("g#s", "/b/c/g")]
    [InlineData("g?y#s", "/b/c/g?y")]
    [InlineData(";x", "/b/c/;x")]
    [InlineData("g;x", "/b/c/g;x")]
    [InlineData("", "/b/c/d;p?q")]
    [InlineData(".", "/b/c/")]
    [InlineData("./", "/b/c/")]
    [InlineData("..", "/b/")]
    [InlineData("../", "/b/")]
    [InlineData("../g", "/b/g")]
    [InlineData("../..", "/")]
    [InlineData("../../", "/")]
    [InlineData("../../g", "/g")]
    [InlineData("../../../g", "/g")]
    [InlineData("/./g", "/g")]
    [InlineData("/../g", "/g")]
    [InlineData("g.", "/b/c/g.")]
    [InlineData("..g", "/b/c/..g")]
    [InlineData("./../g", "/b/g")]
    [InlineData("./g/.", "/b/c/g/")]
    [InlineData("g/./h", "/b/c/g/h")]
    [InlineData("g/../h", "/b/c/h")]
    [InlineData("g;x=1/../y", "/b/c/y")]
    [InlineData("g?y/../x", "/b/c/g?y/../x")]
    [InlineData("g#s/../x", "/b/c/g")]
    [InlineData("%7eg%2f", "/b/c/~g%2F")]
    [InlineData("http://example.com/g?", "/g?")]
    [InlineData("HTTP://EXAMPLE.com:80/g", "/g")]
    [InlineData("http://example.com.", "/")]
    [InlineData("http://example.com?x", "/?x")]
    [InlineData("//example.com/g", "/g")]
    [Trait("RFC9111", "4.4-2")]
    public void Reference_OfTheSameOrigin_IsResolved(string reference, string expected)
    {
        Assert.Equal(expected, Resolve(reference, KnownField.Location));
        Assert.Equal(expected, Resolve(reference, KnownField.ContentLocation));
    }

    [Theory]
    [InlineData("https://example.com/g")]
    [InlineData("http://example.org/g")]
    [InlineData("http://example.com:81/g")]
    [InlineData("http://example.com:443/g")]
    [InlineData("//example.org/g")]
    [InlineData("http://user@example.com/g")]
    [InlineData("http://example.com@evil/g")]
    [InlineData("http:g")]
    [InlineData("http:/g")]
    [InlineData("http://")]
    [InlineData("g:h")]
    [InlineData("mailto:a@example.com")]
    [InlineData("a b")]
    [InlineData("/g%00")]
    [InlineData("/g%zz")]
    [InlineData("/g?a b")]
    [InlineData("\\\\evil/g")]
    [Trait("RFC9111", "4.4-2")]
    public void Reference_OfAnotherOriginOrNone_IsLeftAlone(string reference) => Assert.Equal("", Resolve(reference, KnownField.Location));

    [Fact]
    [Trait("RFC9111", "4.4-2")]
    public void Reference_OnATlsConnection_NeedsHttps()
    {
        Assert.Equal("/g", Resolve("https://example.com/g", KnownField.Location, isSecure: true));
        Assert.Equal("/g", Resolve("https://example.com:443/g", KnownField.Location, isSecure: true));
        Assert.Equal("", Resolve("http://example.com/g", KnownField.Location, isSecure: true));
    }

    [Fact]
    public void Reference_TooLong_IsLeftAlone()
    {
        Assert.Equal(2048, Resolve("/" + new string('x', 2047), KnownField.Location).Length);
        Assert.Equal("", Resolve("/" + new string('x', 2048), KnownField.Location));
        Assert.Equal("", Resolve(new string('x', 2047), KnownField.Location));
        Assert.Equal("", Resolve("/" + new string('x', 2000) + "?" + new string('y', 46) + "zz", KnownField.Location));
    }

    [Fact]
    public void Reference_ThatIsNotThere_IsNone()
    {
        RequestHead request = Request(method: "POST");
        Assert.False(InvalidationRules.TryFindTarget(request, Response("X: y").Fields, KnownField.Location, isSecure: false, new byte[2048], out _));
        Assert.False(InvalidationRules.TryFindTarget(request, Response("Location: /").Fields, KnownField.Location, isSecure: false, new byte[2047], out _));
        RequestHead asterisk = Request(method: "OPTIONS", target: "*");
        Assert.False(InvalidationRules.TryFindTarget(asterisk, Response("Location: /").Fields, KnownField.Location, isSecure: false, new byte[2048], out _));
    }

    private static string Resolve(string reference, KnownField field, bool isSecure = false)
    {
        byte[] text = new byte[InvalidationRules.ReferenceBytesMax];
        string name = field == KnownField.Location ? "Location" : "Content-Location";
        bool isFound = InvalidationRules.TryFindTarget(
            Request(method: "POST", target: "/b/c/d;p?q"), Response($"{name}: {reference}").Fields, field, isSecure, text, out InvalidationTarget target);
        string query = target.HasQuery ? "?" + Bytes.ToText(target.QueryIn(text)) : "";
        return isFound ? Bytes.ToText(target.PathIn(text)) + query : "";
    }
}
