using Sluice.Http.Http2.Hpack;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>Every decoding error of RFC 7541.</summary>
public sealed class DecoderErrorTests
{
    private const string Error = nameof(HpackStatus.CompressionError);

    /// <summary>Sections 2.3.3 and 6.1: no entry has this index.</summary>
    [Theory]
    [InlineData("80")]
    [InlineData("be")]
    [InlineData("ff00")]
    [InlineData("ffffffff7f")]
    [InlineData("7e0161")]
    [InlineData("0f7f0161")]
    [InlineData("1f7f0161")]
    public void Index_OfNoEntry_IsAnError(string hex) => Assert.Equal(Error, new Peer().DecodeHex(hex));

    [Fact]
    public void Index_BehindTheLastEntry_IsAnError()
    {
        var peer = new Peer();
        Assert.Equal("a: b\n", peer.Decode(new BlockBuilder().Added("a", "b").Block));
        Assert.Equal("a: b\n", peer.Decode(new BlockBuilder().Indexed(62).Block));
        Assert.Equal("a: c\n", peer.Decode(new BlockBuilder().Plain(62, "c").Block));
        Assert.Equal(Error, peer.Decode(new BlockBuilder().Indexed(63).Block));
    }

    [Fact]
    public void Index_OfAnEvictedEntry_IsAnError()
    {
        var peer = new Peer(tableBytesMax: 70);
        Assert.Equal("a: b\nc: d\na: b\n", peer.Decode(new BlockBuilder().Added("a", "b").Added("c", "d").Indexed(63).Block));
        Assert.Equal("e: f\nc: d\n", peer.Decode(new BlockBuilder().Added("e", "f").Indexed(63).Block));
        Assert.Equal(Error, peer.Decode(new BlockBuilder().Indexed(64).Block));
    }

    /// <summary>Section 5.1: integers that are too large, as values or in bytes, wherever they stand.</summary>
    [Theory]
    [InlineData("ff8080808000")]
    [InlineData("ffffffffff00")]
    [InlineData("ffffffffffffffffff7f")]
    [InlineData("ff82ffffff7f")]
    [InlineData("3fffffffff7f")]
    [InlineData("7fffffffffff7f")]
    [InlineData("0fffffffffff7f")]
    [InlineData("007fffffffffff7f")]
    [InlineData("00ffffffffffff7f")]
    [InlineData("0001617fffffffffff7f")]
    public void Integer_TooLarge_IsAnError(string hex) => Assert.Equal(Error, new Peer().DecodeHex(hex));

    [Fact]
    public void Integer_LargerThan2To28_IsAnError()
    {
        var reader = new BlockReader([0x7f, 0x81, 0xff, 0xff, 0x7f]);
        Assert.True(reader.TryReadInteger(7, out int value));
        Assert.Equal(1 << 28, value);
        reader = new BlockReader([0x7f, 0x82, 0xff, 0xff, 0x7f]);
        Assert.False(reader.TryReadInteger(7, out _));
    }

    /// <summary>A block that ends amidst a representation.</summary>
    [Theory]
    [InlineData("40 8825a849e95ba97d7f 8925a849e95bb8e8b4bf")]
    [InlineData("48 83 640eff")]
    [InlineData("0f7f 03 616263")]
    [InlineData("10 01 61 02 6262")]
    [InlineData("3fe11f 82")]
    [InlineData("ff80")]
    public void Block_Truncated_IsAnError(string hex)
    {
        byte[] block = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        for (int length = 1; length < block.Length; length++)
        {
            string outcome = new Peer().Decode(block.AsSpan(0, length));
            Assert.True(outcome == Error || (block[0] == 0x3f && length == 3), $"{length} bytes: {outcome}");
        }
    }

    /// <summary>A string that is longer than what is left of the block.</summary>
    [Theory]
    [InlineData("00 02 61")]
    [InlineData("00 01 61 02 62")]
    [InlineData("00 01 61 82 62")]
    [InlineData("00 7f ffffff7f")]
    public void String_LongerThanTheBlock_IsAnError(string hex) => Assert.Equal(Error, new Peer().DecodeHex(hex));

    /// <summary>Section 5.2: the end of the string in it, padding longer than 7 bits, padding that isn't ones; in names and values, stored and added or not.</summary>
    [Theory]
    [InlineData("ffffffff")]
    [InlineData("1fff")]
    [InlineData("18")]
    public void HuffmanCode_Broken_IsAnError(string code)
    {
        byte[] bytes = Convert.FromHexString(code);
        foreach (byte first in new byte[] { 0x00, 0x10, 0x40 })
        {
            foreach (int room in new[] { 0, 4, 100 })
            {
                byte[] name = [first, (byte)(0x80 | bytes.Length), .. bytes, 1, (byte)'a'];
                Assert.Equal(Error, new Peer(destinationBytes: room).Decode(name));
                byte[] value = [first, 1, (byte)'a', (byte)(0x80 | bytes.Length), .. bytes];
                Assert.Equal(Error, new Peer(destinationBytes: room).Decode(value));
            }
        }
    }

    /// <summary>Section 4.2: size updates at the beginning, two at the most, up to what was announced.</summary>
    [Fact]
    public void SizeUpdate_OutOfPlace_IsAnError()
    {
        Assert.Equal(":method: GET\n", new Peer().Decode(new BlockBuilder().SizeUpdate(0).SizeUpdate(4096).Indexed(2).Block));
        Assert.Equal("", new Peer().Decode(new BlockBuilder().SizeUpdate(100).Block));
        Assert.Equal(Error, new Peer().Decode(new BlockBuilder().SizeUpdate(0).SizeUpdate(1).SizeUpdate(2).Indexed(2).Block));
        Assert.Equal(Error, new Peer().Decode(new BlockBuilder().Indexed(2).SizeUpdate(0).Block));
        Assert.Equal(Error, new Peer().Decode(new BlockBuilder().SizeUpdate(0).Indexed(2).SizeUpdate(0).Indexed(2).Block));
    }

    [Fact]
    public void SizeUpdate_AboveWhatWasAnnounced_IsAnError()
    {
        Assert.Equal(Error, new Peer().Decode(new BlockBuilder().SizeUpdate(4097).Block));
        Assert.Equal(Error, new Peer(tableBytesMax: 0).Decode(new BlockBuilder().SizeUpdate(1).Block));
        Assert.Equal("", new Peer(tableBytesMax: 0).Decode(new BlockBuilder().SizeUpdate(0).Block));
    }

    [Fact]
    public void Fields_BeforeAnError_AreReported()
    {
        var peer = new Peer();
        Assert.Equal(Error, peer.Decode(new BlockBuilder().Indexed(2).Indexed(0).Block));
        Assert.Equal(":method: GET\r\n", Bytes.ToText(peer.Written));
    }
}
