using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;
using Sluice.Http.Uris;

namespace Sluice.Http.Tests.Uris;

/// <summary>What is told of a path that servers disagree on.</summary>
public sealed class PathTraitsTests
{
    [Theory]
    [InlineData("/", PathTraits.None)]
    [InlineData("/a/b?c//../%00", PathTraits.None)]
    [InlineData("/.well-known/x", PathTraits.None)]
    [InlineData("/a%20b/...", PathTraits.None)]
    [InlineData("/a%252e/%253b", PathTraits.None)]
    [InlineData("/a/.", PathTraits.DotSegments)]
    [InlineData("/a/..", PathTraits.DotSegments)]
    [InlineData("/..", PathTraits.DotSegments)]
    [InlineData("/%2e%2E/a", PathTraits.DotSegments)]
    [InlineData("/a/.%2e/b", PathTraits.DotSegments)]
    [InlineData("//", PathTraits.DoubleSlash)]
    [InlineData("/a//b", PathTraits.DoubleSlash)]
    [InlineData("/a%20//b", PathTraits.DoubleSlash)]
    [InlineData("/a//../b", PathTraits.DoubleSlash | PathTraits.DotSegments)]
    [InlineData("/a/", PathTraits.None)]
    [InlineData("/%41/", PathTraits.None)]
    [InlineData("/a%2fb", PathTraits.EncodedSlash)]
    [InlineData("/a%2Fb", PathTraits.EncodedSlash)]
    [InlineData("/a%5c", PathTraits.EncodedBackslash)]
    [InlineData("/a%00", PathTraits.EncodedNul)]
    [InlineData("/a;b", PathTraits.Semicolon)]
    [InlineData("/%41/..;/b", PathTraits.Semicolon)]
    [InlineData("/a%3bb", PathTraits.None)]
    [InlineData("/..%2f%5c%00//;", PathTraits.EncodedSlash | PathTraits.EncodedBackslash | PathTraits.EncodedNul | PathTraits.DoubleSlash | PathTraits.Semicolon)]
    [InlineData("*", PathTraits.None, "OPTIONS")]
    [InlineData("http://a", PathTraits.None)]
    [InlineData("http://a//b", PathTraits.DoubleSlash)]
    public void Traits_OfATarget_AreAllThatIsThere(string target, PathTraits expected, string method = "GET")
    {
        RequestHead head = Requests.Parse($"{method} {target} HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(expected, head.FindPathTraits());

        // What needs no look at the path is there without one.
        Assert.Equal(expected & ~(PathTraits.DoubleSlash | PathTraits.Semicolon), head.PathTraits & ~(PathTraits.DoubleSlash | PathTraits.Semicolon));
    }

    [Fact]
    public void Traits_OfTheRequestBefore_AreForgotten()
    {
        var head = new RequestHead();
        var reader = new RequestHeadReader(head);
        foreach ((string target, PathTraits expected) in new[] { ("/%00", PathTraits.EncodedNul), ("/a", PathTraits.None) })
        {
            byte[] message = Bytes.Of($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
            reader.Begin(0, Requests.Limits);
            Assert.Equal(ReadStatus.Done, reader.Read(message, message.Length));
            Assert.Equal(expected, head.PathTraits);
        }
    }

    [Theory]
    [InlineData("/%00", Violation.None)]
    [InlineData("/%01", Violation.EncodedControl)]
    [InlineData("/%0a", Violation.EncodedControl)]
    [InlineData("/%7f", Violation.EncodedControl)]
    public void OnlyTheNul_OfControlCharacters_IsLeftToTheCaller(string path, Violation expected)
    {
        byte[] destination = new byte[path.Length];

        Assert.Equal(expected, PathCanonicalizer.Canonicalize(Bytes.Of(path), destination, out _, out _));
        Assert.Equal(Violation.EncodedControl, PathCanonicalizer.Canonicalize(Bytes.Of(path), destination, out _));
    }
}
