using Sluice.Reactor.Compression;
using Xunit;

namespace Sluice.Reactor.Tests.Compression;

public sealed class DecoderTests
{
    public static TheoryData<string> Names => ["gzip", "br", "zstd"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_SplitAnywhere_IsRead(string name)
    {
        byte[] content = Codecs.Text(3_000);
        byte[] compressed = Codecs.Compress(name, content);
        for (int split = 1; split < compressed.Length; split++)
        {
            Assert.Equal(content, Codecs.Decompress(Codecs.DecoderOf(name), compressed, split, 1 + (split % 700)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_CutOffAnywhere_IsNotWhole(string name)
    {
        byte[] compressed = Codecs.Compress(name, Codecs.Text(500));
        for (int length = 1; length < compressed.Length; length++)
        {
            Assert.Null(Codecs.Decompress(Codecs.DecoderOf(name), compressed[..length], 64, 1024));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Garbage_BehindTheEnd_IsRefused(string name)
    {
        byte[] compressed = Codecs.Compress(name, Codecs.Text(500));
        foreach (int part in (int[])[compressed.Length, compressed.Length + 100, 7])
        {
            Assert.Null(Codecs.Decompress(Codecs.DecoderOf(name), [.. compressed, .. "garbage that is nothing"u8], part, 1024));
            Assert.Null(Codecs.Decompress(Codecs.DecoderOf(name), [.. compressed, 0, 0, 0, 0], part, 1024));
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void Members_InARow_AreOneMessage(string name)
    {
        byte[] first = Codecs.Text(700);
        byte[] second = Codecs.Text(900);
        byte[] compressed = [.. Codecs.Compress(name, first), .. Codecs.Compress(name, []), .. Codecs.Compress(name, second)];
        foreach (int part in (int[])[1, 13, compressed.Length])
        {
            foreach (int room in (int[])[1, 100, 700, 1600, 4096])
            {
                byte[] expected = [.. first, .. second];
                Assert.Equal(expected, Codecs.Decompress(Codecs.DecoderOf(name), compressed, part, room));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_ThatIsNone_IsRefused(string name)
    {
        Assert.Null(Codecs.Decompress(Codecs.DecoderOf(name), [.. "<!doctype html><title>not compressed at all</title>"u8], 1024, 1024));
        Assert.Null(Codecs.Decompress(Codecs.DecoderOf(name), [.. Enumerable.Repeat((byte)0xFF, 100)], 10, 1024));
    }

    [Fact]
    public void Gzip_WithAWrongChecksum_IsRefused()
    {
        byte[] compressed = Codecs.Compress("gzip", Codecs.Text(500));
        compressed[^5] ^= 1;
        Assert.Null(Codecs.Decompress(new GzipDecoder(), compressed, compressed.Length, 1024));
    }

    // RFC 9659: what takes a window of more than 8 MiB is not what "zstd" means in HTTP. The frame says 2^27.
    [Fact]
    public void Zstd_WithALargerWindowThanHttpAllows_IsRefused() =>
        Assert.Null(Codecs.Decompress(new ZstdDecoder(), [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x88, 0x01, 0x00, 0x00], 100, 1024));

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_OfNothingAtAll_IsWhole(string name) => Assert.Empty(Codecs.Decompress(Codecs.DecoderOf(name), [], 1, 1)!);

    [Theory]
    [MemberData(nameof(Names))]
    public void RandomChanges_NeverBreakTheDecoder(string name)
    {
        var random = new Random(42);
        byte[] content = Codecs.Text(2_000);
        byte[] good = Codecs.Compress(name, content);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bad = [.. good];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            // Whatever comes of it comes to an end. Only gzip has a checksum here.
            byte[]? read = Codecs.Decompress(Codecs.DecoderOf(name), bad, random.Next(1, bad.Length + 1), 4096);
            Assert.True(name != "gzip" || read is null || read.AsSpan().SequenceEqual(content));
        }
    }
}
