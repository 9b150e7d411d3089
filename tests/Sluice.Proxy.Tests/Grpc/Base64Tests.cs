using System.Text;
using Sluice.Proxy.Grpc;
using Xunit;

namespace Sluice.Proxy.Tests.Grpc;

/// <summary>Base64 in parts of any size, both ways.</summary>
public sealed class Base64Tests
{
    [Fact]
    public void Decoder_AtEverySplitPoint_GivesTheSame()
    {
        // With padding in the middle, as of parts that were encoded each for itself.
        byte[] text = Encoding.ASCII.GetBytes("AA==AAE=AAEC/+8=");
        byte[] expected = [0, 0, 1, 0, 1, 2, 0xFF, 0xEF];
        for (int first = 0; first <= text.Length; first++)
        {
            for (int second = first; second <= text.Length; second++)
            {
                Assert.Equal(expected, Decode(text, first, second));
            }
        }
    }

    [Fact]
    public void Decoder_OfRandomPartsAndSplits_GivesBackWhatWasEncoded()
    {
        var random = new Random(20_270_419);
        for (int round = 0; round < 2_000; round++)
        {
            // Each part is encoded for itself, and ends with padding if its length wants it.
            var text = new StringBuilder();
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            for (int at = 0; at < bytes.Length;)
            {
                int count = random.Next(1, bytes.Length - at + 1);
                text.Append(Convert.ToBase64String(bytes, at, count));
                at += count;
            }

            byte[] characters = Encoding.ASCII.GetBytes(text.ToString());
            int[] splits = [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(characters.Length + 1)).Order()];

            Assert.Equal(bytes, Decode(characters, splits));
        }
    }

    [Theory]
    [InlineData("A===")]
    [InlineData("=AAA")]
    [InlineData("AA=A")]
    [InlineData("AAA=A=AA")]
    [InlineData("AA\nAA")]
    [InlineData("AA A")]
    [InlineData("AA-_")]
    [InlineData("AB==")]
    [InlineData("AAB=")]
    [InlineData("AA\u0080A")]
    public void Decoder_OfAnythingElse_Refuses(string text)
    {
        byte[] characters = Encoding.Latin1.GetBytes(text);
        for (int split = 0; split <= characters.Length; split++)
        {
            var decoder = default(Base64Decoder);
            byte[] first = characters[..split];
            byte[] second = characters[split..];

            Assert.False(decoder.TryDecode(first, out _) && decoder.TryDecode(second, out _) && decoder.IsWhole);
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AA")]
    [InlineData("AAA")]
    [InlineData("AA=")]
    [InlineData("AAAAA")]
    public void Decoder_OfHalfAGroup_IsNotWhole(string text)
    {
        var decoder = default(Base64Decoder);

        Assert.True(decoder.TryDecode(Encoding.ASCII.GetBytes(text), out _));
        Assert.False(decoder.IsWhole);
    }

    [Fact]
    public void Encoder_OfRandomParts_PadsOnlyWhereNothingMayWait()
    {
        var random = new Random(20_270_420);
        byte[] space = new byte[1024];
        for (int round = 0; round < 2_000; round++)
        {
            byte[] bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            var encoder = default(Base64Encoder);
            var text = new StringBuilder();
            var expected = new StringBuilder();
            int wholeUpTo = 0;
            for (int at = 0; at < bytes.Length;)
            {
                int count = random.Next(0, Math.Min(bytes.Length - at, Base64Encoder.BytesMax(space.Length)) + 1);
                bool isWhole = at + count == bytes.Length || random.Next(4) == 0;
                int length = encoder.Encode(bytes.AsSpan(at, count), space, isWhole);
                text.Append(Encoding.ASCII.GetString(space, 0, length));
                at += count;
                if (isWhole)
                {
                    expected.Append(Convert.ToBase64String(bytes, wholeUpTo, at - wholeUpTo));
                    wholeUpTo = at;
                    Assert.Equal(expected.ToString(), text.ToString());
                    Assert.False(encoder.HasRest);
                }
            }

            encoder.Encode([], space, isWhole: true);
            Assert.Equal(bytes, Decode(Encoding.ASCII.GetBytes(expected.ToString())));
        }
    }

    [Fact]
    public void Encoder_OfTheMostThatFits_Fits()
    {
        for (int room = 8; room < 64; room++)
        {
            byte[] space = new byte[room];
            var encoder = default(Base64Encoder);
            encoder.Encode([1, 2], space, isWhole: false);

            Assert.InRange(encoder.Encode(new byte[Base64Encoder.BytesMax(room)], space, isWhole: true), 4, room);
        }
    }

    private static byte[] Decode(byte[] text, params int[] splits)
    {
        var decoder = default(Base64Decoder);
        var decoded = new List<byte>();
        int start = 0;
        foreach (int end in splits.Append(text.Length))
        {
            byte[] part = text[start..end];
            Assert.True(decoder.TryDecode(part, out int length));
            Assert.InRange(length, 0, part.Length);
            decoded.AddRange(part[..length]);
            start = end;
        }

        Assert.True(decoder.IsWhole);
        return [.. decoded];
    }
}
