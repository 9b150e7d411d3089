using Sluice.Http.Tests.Support;
using Sluice.Http.Uris;

namespace Sluice.Http.Tests.Uris;

public sealed class AuthorityParserTests
{
    [Theory]
    [InlineData("a", "a", "a", 0)]
    [InlineData("a.", "a", "a", 0)]
    [InlineData("A.b-C_d.", "a.b-c_d", "a.b-c_d", 0)]
    [InlineData("a:80", "a", "a", 0)]
    [InlineData("a.:80", "a", "a", 0)]
    [InlineData("a.:81", "a", "a:81", 81)]
    [InlineData("a:65535", "a", "a:65535", 65535)]
    [InlineData("a:443", "a", "a:443", 443)]
    [InlineData("1.2.3.4", "1.2.3.4", "1.2.3.4", 0)]
    [InlineData("a.1b", "a.1b", "a.1b", 0)]
    [InlineData("[::]", "[::]", "[::]", 0)]
    [InlineData("[0:0:0:0:0:0:0:1]:8080", "[::1]", "[::1]:8080", 8080)]
    [InlineData("[FE80::A]:80", "[fe80::a]", "[fe80::a]", 0)]
    [InlineData("[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", 0)]
    [InlineData("[::ffff:102:304]:1", "[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]:1", 1)]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example", "xn--bcher-kva.example", 0)]
    public void Authority_AnySpelling_IsCanonical(string text, string host, string authority, int port)
    {
        byte[] bytes = Bytes.Of(text);
        byte[] scratch = new byte[AuthorityParser.ScratchBytes];
        Assert.True(AuthorityParser.TryParse(bytes, 80, scratch, out AuthorityParts parts));
        byte[] canonical = parts.IsRewritten ? scratch : bytes;
        Assert.Equal((host, port), (Bytes.ToText(canonical.AsSpan(0, parts.HostLength)), parts.Port));
        Assert.Equal(authority, Bytes.ToText(canonical.AsSpan(0, parts.AuthorityLength)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a..")]
    [InlineData(":80")]
    [InlineData("a:")]
    [InlineData("a:0")]
    [InlineData("a:080")]
    [InlineData("a:65536")]
    [InlineData("a:99999999999")]
    [InlineData("a:+1")]
    [InlineData("a:x")]
    [InlineData("a:1:2")]
    [InlineData("::1")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a,b")]
    [InlineData("a/b")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a\\b")]
    [InlineData("u@a")]
    [InlineData("u:p@a")]
    [InlineData("a%2eb")]
    [InlineData("a%00")]
    [InlineData("*.a")]
    [InlineData("a;b")]
    [InlineData("b\u00fccher")]
    [InlineData("\u0000")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f000001")]
    [InlineData("1.2.3.256")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.4.5")]
    [InlineData("[::1")]
    [InlineData("[::1]x")]
    [InlineData("[::1]:")]
    [InlineData("[::1]:0")]
    [InlineData("[]")]
    [InlineData("[1.2.3.4]")]
    [InlineData("[a]")]
    [InlineData("[fe80::1%eth0]")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("[v1.a]")]
    [InlineData("[::1]]")]
    public void Authority_Malformed_IsRefused(string text) =>
        Assert.False(AuthorityParser.TryParse(Bytes.Of(text), 80, new byte[AuthorityParser.ScratchBytes], out _));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Label_Long_IsRefused(int length, bool isValid)
    {
        foreach (string text in new[] { Bytes.Repeat('a', length), "b." + Bytes.Repeat('a', length), Bytes.Repeat('a', length) + ".b" })
        {
            Assert.Equal(isValid, AuthorityParser.TryParse(Bytes.Of(text), 80, new byte[AuthorityParser.ScratchBytes], out _));
        }
    }

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void Name_Long_IsRefused(int length, bool isValid)
    {
        string name = string.Concat(Enumerable.Repeat("abcdefg.", 32))[..(length - 1)] + "A";
        byte[] scratch = new byte[AuthorityParser.ScratchBytes];
        Assert.Equal(isValid, AuthorityParser.TryParse(Bytes.Of(name + ".:65535"), 80, scratch, out AuthorityParts parts));
        Assert.Equal(isValid ? length + 6 : 0, parts.AuthorityLength);
    }
}
