using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;
using Sluice.Http.Uris;

namespace Sluice.Http.Tests.Uris;

public sealed class PathCanonicalizerTests
{
    /// <summary>H1-H.</summary>
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/..", "/")]
    [InlineData("/../../..", "/")]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/b/../..", "/")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/a/b/.", "/a/b/")]
    [InlineData("/%2e%2e/", "/")]
    [InlineData("/a/%2E%2e/b", "/b")]
    [InlineData("/a/.%2e/b", "/b")]
    [InlineData("/a/%2e/b", "/a/b")]
    [InlineData("/%252e", "/%252e")]
    [InlineData("/%252e%252e/a", "/%252e%252e/a")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("//a", "//a")]
    [InlineData("/a//b", "/a//b")]
    [InlineData("/a//../b", "/a/b")]
    [InlineData("//..", "/")]
    [InlineData("//../a", "/a")]
    [InlineData("/..//a", "//a")]
    [InlineData("/%2f", "/%2F")]
    [InlineData("/%5c", "/%5C")]
    [InlineData("/a/%2e%2e%2fb", "/a/..%2Fb")]
    [InlineData("/a;b=c/..", "/")]
    [InlineData("/.;/admin", "/.;/admin")]
    [InlineData("/a;b=c", "/a;b=c")]
    [InlineData("/%c0%ae", "/%C0%AE")]
    [InlineData("/a%3fb", "/a%3Fb")]
    [InlineData("/a%23b", "/a%23b")]
    [InlineData("/A", "/A")]
    [InlineData("/%41%7a%30%2D%5f%7E", "/Az0-_~")]
    [InlineData("/admin%20", "/admin%20")]
    [InlineData("/admin.", "/admin.")]
    [InlineData("/...", "/...")]
    [InlineData("/..a", "/..a")]
    [InlineData("/.well-known/x", "/.well-known/x")]
    [InlineData("/a.b/c.", "/a.b/c.")]
    [InlineData("/a+b", "/a+b")]
    [InlineData("/[a]|^`{b}", "/[a]|^`{b}")]
    [InlineData("/!$&'()*+,;=:@-._~", "/!$&'()*+,;=:@-._~")]
    public void Path_AnySpelling_IsCanonical(string path, string expected)
    {
        Assert.Equal((Violation.None, expected), Canonicalize(path));
        Assert.Equal((Violation.None, expected), Canonicalize(expected));

        // The fast way only takes what the slow way would not change.
        if (PathCanonicalizer.TryTakePlain(Bytes.Of(path + "?q"), out int length))
        {
            Assert.Equal((path, path.Length), (expected, length));
        }
    }

    [Theory]
    [InlineData("/\\", Violation.InvalidPathCharacter)]
    [InlineData("/a b", Violation.InvalidPathCharacter)]
    [InlineData("/\"", Violation.InvalidPathCharacter)]
    [InlineData("/<", Violation.InvalidPathCharacter)]
    [InlineData("/>", Violation.InvalidPathCharacter)]
    [InlineData("/\u00e9", Violation.InvalidPathCharacter)]
    [InlineData("/\u0001", Violation.InvalidPathCharacter)]
    [InlineData("/#a", Violation.FragmentInTarget)]
    [InlineData("/%00", Violation.EncodedControl)]
    [InlineData("/%0d%0a", Violation.EncodedControl)]
    [InlineData("/%1F", Violation.EncodedControl)]
    [InlineData("/%7f", Violation.EncodedControl)]
    [InlineData("/%u002e", Violation.InvalidPercentEncoding)]
    [InlineData("/%", Violation.InvalidPercentEncoding)]
    [InlineData("/%1", Violation.InvalidPercentEncoding)]
    [InlineData("/%g1", Violation.InvalidPercentEncoding)]
    [InlineData("/%1g", Violation.InvalidPercentEncoding)]
    [InlineData("/% 1", Violation.InvalidPercentEncoding)]
    [InlineData("", Violation.InvalidTarget)]
    [InlineData("a", Violation.InvalidTarget)]
    public void Path_Malformed_IsRefused(string path, Violation violation)
    {
        Assert.Equal(violation, Canonicalize(path).Violation);
        Assert.False(PathCanonicalizer.TryTakePlain(Bytes.Of(path), out _));
    }

    [Theory]
    [InlineData("/a/b?c", true, 4)]
    [InlineData("/a.b", true, 4)]
    [InlineData("/a?/./%", true, 2)]
    [InlineData("/a/.b", false, 0)]
    [InlineData("/a%20b", false, 0)]
    [InlineData("?a", false, 0)]
    public void PlainPath_IsTakenWithoutCopy(string target, bool isPlain, int length)
    {
        Assert.Equal(isPlain, PathCanonicalizer.TryTakePlain(Bytes.Of(target), out int actual));
        Assert.True(!isPlain || actual == length);
    }

    [Fact]
    public void Path_RandomText_StaysTheSameTheSecondTime()
    {
        var random = new Random(20260101);
        string[] parts = ["/", ".", "..", "%2e", "%2F", "a", ";", "%41", "//", "b.c", "%5c"];
        for (int i = 0; i < 5000; i++)
        {
            string path = "/" + string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => parts[random.Next(parts.Length)]));
            (Violation violation, string once) = Canonicalize(path);
            Assert.Equal(Violation.None, violation);
            Assert.Equal(once, Canonicalize(once).Path);
            Assert.DoesNotContain("/../", once + "/", StringComparison.Ordinal);
            Assert.DoesNotContain("/./", once + "/", StringComparison.Ordinal);
            Assert.StartsWith("/", once, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a=b&c=%zz+\\<>\"'|^`{}[]?/:@!$", Violation.None)]
    [InlineData("", Violation.None)]
    [InlineData("a#b", Violation.FragmentInTarget)]
    [InlineData("a b", Violation.InvalidQueryCharacter)]
    [InlineData("a\u0009", Violation.InvalidQueryCharacter)]
    [InlineData("a\u007f", Violation.InvalidQueryCharacter)]
    [InlineData("\u00e9", Violation.InvalidQueryCharacter)]
    public void Query_AnyText_IsChecked(string query, Violation violation) => Assert.Equal(violation, QueryCheck.Check(Bytes.Of(query)));

    private static (Violation Violation, string Path) Canonicalize(string path)
    {
        byte[] destination = new byte[path.Length];
        Violation violation = PathCanonicalizer.Canonicalize(Bytes.Of(path), destination, out int length);
        return (violation, Bytes.ToText(destination.AsSpan(0, length)));
    }
}
