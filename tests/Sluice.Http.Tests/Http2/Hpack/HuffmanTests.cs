using Sluice.Http.Http2.Hpack;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

public sealed class HuffmanTests
{
    /// <summary>Some rows of RFC 7541, appendix B, of each kind of length.</summary>
    [Theory]
    [InlineData('0', 0x0, 5)]
    [InlineData('t', 0x9, 5)]
    [InlineData(' ', 0x14, 6)]
    [InlineData(':', 0x5c, 7)]
    [InlineData('Z', 0xfd, 8)]
    [InlineData('!', 0x3f8, 10)]
    [InlineData('#', 0xffa, 12)]
    [InlineData('~', 0x1ffd, 13)]
    [InlineData('<', 0x7ffc, 15)]
    [InlineData('\\', 0x7fff0, 19)]
    [InlineData('\u00f0', 0x3ffffeb, 26)]
    [InlineData('\u00ff', 0x3ffffee, 26)]
    [InlineData('\n', 0x3ffffffc, 30)]
    [InlineData(256, 0x3fffffff, 30)]
    public void Code_OfASymbol_IsThatOfTheRfc(int symbol, uint code, int bits)
    {
        Assert.Equal(code, HuffmanCode.BuildCodes()[symbol]);
        Assert.Equal(bits, HuffmanCode.Bits[symbol]);
    }

    /// <summary>A code that is complete leaves no bits that mean nothing, and none that mean two things.</summary>
    [Fact]
    public void Codes_AreComplete() =>
        Assert.Equal(1UL << HuffmanCode.BitsMax, HuffmanCode.Bits.ToArray().Aggregate(0UL, (sum, bits) => sum + (1UL << (HuffmanCode.BitsMax - bits))));

    [Fact]
    public void Pairs_OfAllBytes_ComeBack()
    {
        for (int pair = 0; pair < 65_536; pair++)
        {
            AssertComesBack([(byte)(pair >> 8), (byte)pair]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Strings_OfAllKinds_ComeBack(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++)
        {
            byte[] text = new byte[random.Next(80)];
            random.NextBytes(text);
            for (int i = 0; round % 3 != 0 && i < text.Length; i++)
            {
                text[i] = (byte)(' ' + (text[i] % 95));
            }

            AssertComesBack(text);
        }
    }

    /// <summary>RFC 7541, section 5.2: padding is the beginning of the end of the string, up to 7 bits of it.</summary>
    [Theory]
    [InlineData("ff")]
    [InlineData("ffff")]
    [InlineData("1fff")]
    [InlineData("07ff")]
    [InlineData("1e")]
    [InlineData("18")]
    [InlineData("03")]
    [InlineData("fe")]
    [InlineData("fffffffc")]
    [InlineData("f1e3c2e5f23a6ba0ab90f4fe")]
    [InlineData("f1e3c2e5f23a6ba0ab90f4ffff")]
    public void Padding_LongerOrOtherwise_IsRefused(string hex) => AssertRefused(Convert.FromHexString(hex));

    /// <summary>RFC 7541, section 5.2: the end of the string is not a part of it, at its beginning, amidst and at its end.</summary>
    [Theory]
    [InlineData("ffffffff")]
    [InlineData("fffffffffc")]
    [InlineData("07fffffffe")]
    [InlineData("1ffffffff8")]
    [InlineData("ffffffff1e3c2e5f23a6ba0a")]
    [InlineData("f1e3c2e5f23a6ba0ab90f7fffffff9")]
    [InlineData("f1e3c2e5f23a6ba0ab90ffffffffff1f1f1f")]
    public void EndOfString_InAString_IsRefused(string hex) => AssertRefused(Convert.FromHexString(hex));

    /// <summary>Every bit after the last symbol that is not one is found.</summary>
    [Fact]
    public void Padding_OfEveryLength_IsChecked()
    {
        for (int count = 1; count <= 64; count++)
        {
            byte[] code = BlockBuilder.Code([.. Enumerable.Repeat((byte)'a', count)]);
            int padding = (code.Length * 8) - (count * 5);
            for (int bit = 0; bit < padding; bit++)
            {
                byte[] broken = [.. code];
                broken[^1] ^= (byte)(1 << bit);

                // A bit amidst long padding may begin another symbol; of up to 4 bits there is none.
                bool isDecoded = HuffmanDecoder.TryDecode(broken, new byte[128], out int length);
                Assert.True(!isDecoded || (padding >= 5 && length == count + 1), $"{count} symbols, bit {bit}");
            }
        }
    }

    /// <summary>What doesn't fit is counted, and nothing is written behind the destination.</summary>
    [Fact]
    public void Destination_TooShort_GetsTheBeginning()
    {
        byte[] text = Bytes.Of("/index.html?\\<>~\u00ff\u0001 and so on, with some more");
        byte[] code = BlockBuilder.Code(text);
        for (int room = 0; room <= text.Length + 1; room++)
        {
            byte[] memory = [.. Enumerable.Repeat((byte)'?', text.Length + 8)];
            Assert.True(HuffmanDecoder.TryDecode(code, memory.AsSpan(0, room), out int length));
            Assert.Equal(text.Length, length);
            int stored = Math.Min(room, text.Length);
            Assert.Equal(text[..stored], memory[..stored]);
            Assert.Equal(-1, memory.AsSpan(room).IndexOfAnyExcept((byte)'?'));
        }
    }

    [Fact]
    public void Code_LongerThanItsDestination_IsRefused()
    {
        byte[] text = Bytes.Of("www.example.com, www.example.org and others");
        int needed = HuffmanEncoder.CountBytes(text, HuffmanEncoder.Exact);
        for (int room = 0; room <= needed + 9; room++)
        {
            byte[] memory = [.. Enumerable.Repeat((byte)'?', needed + 20)];
            Assert.Equal(room >= needed, HuffmanEncoder.TryEncode(text, HuffmanEncoder.Exact, memory.AsSpan(0, room), out _));
            Assert.Equal(-1, memory.AsSpan(room).IndexOfAnyExcept((byte)'?'));
        }
    }

    [Fact]
    public void Lower_OfCapitals_IsTheCodeOfSmallLetters()
    {
        byte[] code = new byte[64];
        Assert.True(HuffmanEncoder.TryEncode("X-AbCz_[@`"u8, HuffmanEncoder.Lower, code, out int length));
        byte[] text = new byte[10];
        Assert.True(HuffmanDecoder.TryDecode(code.AsSpan(0, length), text, out _));
        Assert.Equal("x-abcz_[@`", Bytes.ToText(text));
    }

    private static void AssertComesBack(byte[] text)
    {
        byte[] code = BlockBuilder.Code(text);
        byte[] decoded = new byte[text.Length];
        Assert.True(HuffmanDecoder.TryDecode(code, decoded, out int length));
        Assert.Equal(text.Length, length);
        Assert.True(text.AsSpan().SequenceEqual(decoded), Convert.ToHexString(text));
    }

    private static void AssertRefused(byte[] code) => Assert.False(HuffmanDecoder.TryDecode(code, new byte[64], out _));
}
