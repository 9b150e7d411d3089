using Sluice.Http.Http2.Hpack;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>
/// Random but repeatable damage to good blocks. Whatever comes out: no exception, nothing written around the destination, and fields that lie within what was
/// written. Whether the block is refused doesn't depend on how much room there is, and neither does what the table holds afterwards.
/// </summary>
public sealed class HpackMutationTests
{
    private const int RoundCount = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Block_Mutated_NeverThrows(int seed)
    {
        var fields = new RandomFields(seed);
        var encoder = new HpackEncoder();
        Peer[] peers = [ new Peer(destinationBytes: 8192), new Peer(destinationBytes: 60), new Peer(destinationBytes: 0)];
        int errors = 0;
        for (int i = 0; i < RoundCount; i++)
        {
            byte[] block = Mutate(fields.Random, RoundTripTests.Encode(encoder, [.. fields.Next().Where(field => field.Value.Length < 100)], isLines: false));
            bool[] isRefused = [.. peers.Select(peer => peer.Decode(block) == nameof(HpackStatus.CompressionError))];
            Assert.True(isRefused.Distinct().Count() == 1, $"round {i}: {Convert.ToHexString(block)}");
            Assert.True(peers.Select(peer => peer.Decoder.TableBytes).Distinct().Count() == 1, $"round {i}: {Convert.ToHexString(block)}");
            if (isRefused[0])
            {
                errors++;
                encoder = new HpackEncoder();
                peers = [new Peer(destinationBytes: 8192), new Peer(destinationBytes: 60), new Peer(destinationBytes: 0)];
            }
        }

        Assert.InRange(errors, RoundCount / 100, RoundCount - (RoundCount / 100));
    }

    [Fact]
    public void Block_OfRandomBytes_NeverThrows()
    {
        var random = new Random(4);
        for (int i = 0; i < RoundCount; i++)
        {
            byte[] block = new byte[random.Next(200)];
            random.NextBytes(block);
            string outcome = new Peer(destinationBytes: random.Next(400)).Decode(block);
            Assert.NotNull(outcome);
        }
    }

    private static byte[] Mutate(Random random, byte[] block)
    {
        var bytes = new List<byte>(block);
        for (int edits = random.Next(0, 3); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. bytes];
    }
}
