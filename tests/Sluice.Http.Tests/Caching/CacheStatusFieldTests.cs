using Sluice.Http.Caching;
using Sluice.Http.Http1;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Caching;

/// <summary>RFC 9211: the examples of its section 3, and what its text says about each parameter.</summary>
public sealed class CacheStatusFieldTests
{
    [Fact]
    public void Hit_IsShort()
    {
        AssertWritten("Cache-Status: ExampleCache; hit\r\n", default);
        AssertWritten("Cache-Status: ExampleCache; hit; ttl=376\r\n", new CacheStatus { Ttl = 376 });
        AssertWritten("Cache-Status: ExampleCache; hit; ttl=-412\r\n", new CacheStatus { Ttl = -412 });
        AssertWritten("Cache-Status: ExampleCache; hit; detail=MEMORY\r\n", new CacheStatus { Detail = "MEMORY"u8 });
    }

    [Fact]
    public void Forward_TellsWhyAndWhatCameOfIt()
    {
        AssertWritten("Cache-Status: ExampleCache; fwd=uri-miss\r\n", new CacheStatus { Forward = ForwardReason.UriMiss });
        AssertWritten("Cache-Status: ExampleCache; fwd=stale; fwd-status=304\r\n", new CacheStatus { Forward = ForwardReason.Stale, ForwardStatus = 304 });
        AssertWritten("Cache-Status: ExampleCache; fwd=uri-miss; collapsed\r\n", new CacheStatus { Forward = ForwardReason.UriMiss, Collapse = CollapseOutcome.Reused });
        AssertWritten(
            "Cache-Status: ExampleCache; fwd=uri-miss; collapsed=?0\r\n", new CacheStatus { Forward = ForwardReason.UriMiss, Collapse = CollapseOutcome.Failed });
        AssertWritten(
            "Cache-Status: ExampleCache; fwd=vary-miss; fwd-status=200; stored; ttl=60; key=\"a b\"; detail=\"x y\"\r\n",
            new CacheStatus { Forward = ForwardReason.VaryMiss, ForwardStatus = 200, IsStored = true, Ttl = 60, Key = "a b"u8, Detail = "x y"u8 });
    }

    [Theory]
    [InlineData(ForwardReason.Bypass, "bypass")]
    [InlineData(ForwardReason.Method, "method")]
    [InlineData(ForwardReason.UriMiss, "uri-miss")]
    [InlineData(ForwardReason.VaryMiss, "vary-miss")]
    [InlineData(ForwardReason.Miss, "miss")]
    [InlineData(ForwardReason.Request, "request")]
    [InlineData(ForwardReason.Stale, "stale")]
    [InlineData(ForwardReason.Partial, "partial")]
    public void Reasons_HaveTheWordsOfTheSpecification(ForwardReason reason, string word) =>
        AssertWritten($"Cache-Status: ExampleCache; fwd={word}\r\n", new CacheStatus { Forward = reason });

    /// <summary>What means something only beside <c>fwd</c> is left out of a hit.</summary>
    [Fact]
    public void Hit_HasNothingOfAForward() => AssertWritten(
        "Cache-Status: ExampleCache; hit\r\n", new CacheStatus { ForwardStatus = 200, IsStored = true, Collapse = CollapseOutcome.Reused });

    [Fact]
    public void Strings_AreEscaped() => AssertWritten(
        "Cache-Status: ExampleCache; hit; key=\"a\\\"b\\\\c?d?\"; detail=\"1x\"\r\n",
        new CacheStatus { Key = [(byte)'a', (byte)'"', (byte)'b', (byte)'\\', (byte)'c', 0xE9, (byte)'d', 0x0A], Detail = "1x"u8 });

    [Fact]
    public void Name_ThatIsNoToken_IsQuoted()
    {
        var writer = new HeadWriter(new byte[64]);
        CacheStatusField.AppendValue(ref writer, "CDN Company Here"u8, new CacheStatus { Ttl = 545 });
        Assert.Equal("\"CDN Company Here\"; hit; ttl=545", Bytes.ToText(writer.WrittenFrom(0)));
    }

    private static void AssertWritten(string expected, in CacheStatus status)
    {
        var writer = new HeadWriter(new byte[256]);
        CacheStatusField.Append(ref writer, "ExampleCache"u8, status);
        Assert.Equal(expected, Bytes.ToText(writer.WrittenFrom(0)));
    }
}
