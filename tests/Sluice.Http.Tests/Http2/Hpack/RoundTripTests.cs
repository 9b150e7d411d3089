using System.Text;
using Sluice.Http.Http2.Hpack;
using Sluice.Http.Tests.Support;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>Random blocks over one connection, with tables that change their size: what was encoded is decoded.</summary>
public sealed class RoundTripTests
{
    private const int BlockCount = 3_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Blocks_EncodedAndDecoded_AreTheSame(int seed)
    {
        var fields = new RandomFields(seed);
        var encoder = new HpackEncoder();
        var peer = new Peer(destinationBytes: 128 * 1024);
        var full = new Peer(destinationBytes: 300);
        int indexed = 0;
        for (int i = 0; i < BlockCount; i++)
        {
            for (int changes = Math.Max(fields.Random.Next(20) - 16, 0); changes > 0; changes--)
            {
                encoder.SetPeerTableBytes((uint)(fields.Random.Next(3) * fields.Random.Next(3000)));
            }

            (string Name, string Value, bool IsNever)[] next = fields.Next();
            byte[] block = Encode(encoder, next, isLines: i % 2 == 0);
            Assert.Equal(Describe(next), peer.Decode(block).Replace(" [never]", "", StringComparison.Ordinal));

            // One that has no room for most of it stays in step all the same.
            Assert.NotEqual(nameof(HpackStatus.CompressionError), full.Decode(block));
            Assert.Equal((encoder.TableBytes, encoder.TableBytes), (peer.Decoder.TableBytes, full.Decoder.TableBytes));
            indexed += block.Length > 0 && block.Length <= next.Length * 2 ? 1 : 0;
        }

        Assert.InRange(indexed, 1, BlockCount);
    }

    internal static byte[] Encode(HpackEncoder encoder, (string Name, string Value, bool IsNever)[] fields, bool isLines)
    {
        byte[] block = new byte[HpackEncoder.EncodedBytesMax(fields.Sum(field => field.Name.Length + field.Value.Length + 4), fields.Length)];
        int length = encoder.BeginBlock(block);
        foreach ((string name, string value, bool isNever) in fields)
        {
            length += isLines
                ? encoder.EncodeLines(Bytes.Of($"{name.ToUpperInvariant()}: {value}\r\n"), block.AsSpan(length), isNever)
                : encoder.Encode(Bytes.Of(name), Bytes.Of(value), block.AsSpan(length), isNever);
        }

        return block[..length];
    }

    internal static string Describe((string Name, string Value, bool IsNever)[] fields) =>
        fields.Aggregate(new StringBuilder(), (text, field) => text.Append(field.Name).Append(": ").Append(field.Value).Append('\n')).ToString();
}
