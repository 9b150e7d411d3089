using Sluice.Proxy.Splitting;
using Sluice.Proxy.Templates;
using Sluice.Reactor.Buffers;
using Xunit;

namespace Sluice.Proxy.Tests.Templates;

/// <summary>What a text with variables comes to, as a hash.</summary>
public sealed class TemplateHashTests
{
    private readonly BufferPool _buffers = new();

    [Fact]
    public void TryHash_SameValues_SameHash()
    {
        Assert.Equal(HashOf("{header.x-a}/{path.1}", "/p/q", "X-A: one"), HashOf("{header.x-a}/{path.1}", "/p/z", "x-a: one"));
    }

    [Theory]
    [InlineData("/p/q", "X-A: two")]
    [InlineData("/z/q", "X-A: one")]
    [InlineData("/p/q", "X-B: one")]
    public void TryHash_AnotherValue_AnotherHash(string path, string field)
    {
        Assert.NotEqual(HashOf("{header.x-a}/{path.1}", "/p/q", "X-A: one"), HashOf("{header.x-a}/{path.1}", path, field));
    }

    [Fact]
    public void TryHash_NoVariableHasAValue_IsNone()
    {
        Assert.Null(HashOf("fixed {header.x-a}, {cookie.none}", "/", "X-B: b"));
        Assert.Null(HashOf("{header.x-a}", "/", "X-A:"));
        Assert.NotNull(HashOf("fixed {header.x-a}, {cookie.none}", "/", "X-A: a"));
    }

    [Theory]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(6_000)]
    public void TryHash_LongValues_AreHashedToTheirEnd(int length)
    {
        string value = new('v', length - 1);

        Assert.Equal(HashOf("{header.x-a}", "/", $"X-A: {value}1"), HashOf("{header.x-a}", "/", $"X-A: {value}1"));
        Assert.NotEqual(HashOf("{header.x-a}", "/", $"X-A: {value}1"), HashOf("{header.x-a}", "/", $"X-A: {value}2"));
        Assert.Equal(0, _buffers.Outstanding);
    }

    [Fact]
    public void TryHash_ValuesThatAnEncodingWouldMerge_Differ()
    {
        Assert.NotEqual(HashOf("{header.x-a}", "/", "X-A: \u00E4"), HashOf("{header.x-a}", "/", "X-A: \u00F6"));
    }

    private ulong? HashOf(string template, string path, string field)
    {
        var source = new FakeSource($"GET {path} HTTP/1.1\r\nHost: a.test\r\n{field}\r\n\r\n");
        return TemplateHash.TryHash(Template.Parse(template, TemplateScope.Request), source, _buffers, out ulong hash) ? hash : null;
    }
}
