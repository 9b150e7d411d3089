using System.Globalization;
using Sluice.Http.Headers;
using Sluice.Http.Http2.Hpack;
using Sluice.Http.Tests.Support;
using Sluice.TestKit.Measuring;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>Once the tables have grown, a block allocates nothing, whatever is in it.</summary>
public sealed class HpackSteadyStateTests
{
    private const int RoundCount = 2_000;

    [Fact]
    public void Blocks_EncodedAndDecoded_AllocateNothing()
    {
        byte[] response = Bytes.Of("Server: nginx\r\nDate: Sat, 21 Nov 2026 11:23:00 GMT\r\nContent-Type: text/html\r\nContent-Length: 100\r\nX-Custom: abc\r\nSet-Cookie: a=b\r\n");
        byte[][] values = [.. Enumerable.Range(0, 500).Select(i => Bytes.Of(string.Create(CultureInfo.InvariantCulture, $"value {i} {new string('v', i)}")))];
        var encoder = new HpackEncoder();
        var decoder = new HpackDecoder(HpackEncoder.TableBytesMax);
        byte[] block = new byte[8192];
        byte[] memory = new byte[8192];
        double allocated = Allocations.PerRound(RoundCount, round =>
        {
            encoder.SetPeerTableBytes(round % 100 == 0 ? 2000u : 4096);
            int length = encoder.BeginBlock(block);
            length += encoder.EncodeStatus(100 + (round % 900), block.AsSpan(length));
            length += encoder.EncodeLines(response, block.AsSpan(length));
            length += encoder.Encode("x-changing"u8, values[round / 2 % values.Length], block.AsSpan(length));
            CountingSink sink = default;
            Assert.True(decoder.Decode(block.AsSpan(0, length), memory, 0, out _, ref sink) == HpackStatus.Done);
            Assert.True(sink.Count == 8);

            // With no room the table goes on all the same.
            length = encoder.EncodeLines(response, block);
            Assert.True(decoder.Decode(block.AsSpan(0, length), memory, memory.Length - 20, out _, ref sink) == HpackStatus.Done);
            Assert.True(sink.Count == 14);
        });
        Assert.Equal(0, allocated);
        Assert.Equal(encoder.TableBytes, decoder.TableBytes);
    }

    private struct CountingSink : IFieldSink
    {
        internal int Count { get; private set; }

        public void OnField(in Field field, FieldFault fault, bool isStored) => Count++;
    }
}
