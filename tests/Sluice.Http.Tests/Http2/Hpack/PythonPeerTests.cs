using Sluice.Http.Http2.Hpack;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>A second opinion on RFC 7541: python3-hpack on the other end, thousands of blocks on one connection each way.</summary>
public sealed class PythonPeerTests
{
    private const int BlockCount = 2_000;

    /// <summary>RFC 7541, appendix A: all entries, as both sides have them.</summary>
    [Fact]
    public async Task StaticTable_IsTheSameThere()
    {
        await using var python = new PythonPeer();
        byte[] block = [.. Enumerable.Range(1, StaticTable.Count).Select(index => (byte)(0x80 | index))];
        string fields = new Peer().Decode(block);
        Assert.Equal(StaticTable.Count, fields.Count(next => next == '\n'));
        Assert.Equal(fields, await python.DecodeAsync(block));
    }

    [Fact]
    public async Task Blocks_EncodedHere_AreDecodedThere()
    {
        await using var python = new PythonPeer();
        var fields = new RandomFields(11);
        var encoder = new HpackEncoder();
        var ours = new Peer(destinationBytes: 128 * 1024);
        for (int i = 0; i < BlockCount; i++)
        {
            if (fields.Random.Next(10) == 0)
            {
                int tableBytes = fields.Random.Next(3) * fields.Random.Next(3000);
                encoder.SetPeerTableBytes((uint)tableBytes);
                await python.AllowAsync(tableBytes);
            }

            (string Name, string Value, bool IsNever)[] next = fields.Next();
            byte[] block = RoundTripTests.Encode(encoder, next, isLines: i % 2 == 0);
            string decoded = await python.DecodeAsync(block);

            // With the same fields it says the same about which ones are never indexed.
            Assert.Equal(ours.Decode(block), decoded);
            Assert.Equal(RoundTripTests.Describe(next), decoded.Replace(" [never]", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Blocks_EncodedThere_AreDecodedHere()
    {
        await using var python = new PythonPeer();
        var fields = new RandomFields(12);
        var peer = new Peer(destinationBytes: 128 * 1024);
        int never = 0;
        for (int i = 0; i < BlockCount; i++)
        {
            if (fields.Random.Next(10) == 0)
            {
                await python.ResizeAsync(fields.Random.Next(2) * fields.Random.Next(4097));
            }

            (string Name, string Value, bool IsNever)[] next = fields.Next();
            string decoded = peer.Decode(await python.EncodeAsync(next, isHuffman: i % 3 != 0));
            Assert.Equal(RoundTripTests.Describe(next), decoded.Replace(" [never]", "", StringComparison.Ordinal));

            // It writes an index where it has one, even for what should never be indexed.
            bool[] isNever = [.. decoded.Split('\n').Select(line => line.EndsWith(" [never]", StringComparison.Ordinal))];
            Assert.All(next.Select((field, index) => field.IsNever || !isNever[index]), Assert.True);
            never += isNever.Count(value => value);
        }

        Assert.InRange(never, BlockCount / 100, BlockCount);
    }
}
