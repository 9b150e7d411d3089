using System.Text;
using Sluice.Http.Http2.Hpack;

namespace Sluice.Bench.Micro.Hpack;

/// <summary>What header blocks cost on a connection that has been used for a while, and what they cost that nobody has seen before.</summary>
internal static class HpackBenchmark
{
    private const string Response =
        "Server: nginx/1.24.0\r\nDate: Sat, 21 Nov 2026 11:23:00 GMT\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 1024\r\n" +
        "Cache-Control: public, max-age=3600\r\n";

    private const string Request =
        ":method: GET\r\n:scheme: https\r\n:path: /\r\n:authority: shop.example.com:8443\r\nuser-agent: h2load nghttp2/1.52.0\r\n" +
        "accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\naccept-encoding: gzip, deflate, br, zstd\r\n" +
        "accept-language: en-GB,en;q=0.9,de;q=0.8\r\ncache-control: max-age=0\r\nsec-fetch-mode: navigate\r\n";

    private static readonly byte[] Block = new byte[8192];
    private static readonly byte[] Memory = new byte[8192];

    internal static void Run()
    {
        byte[] response = Encoding.Latin1.GetBytes(Response);
        byte[] request = Encoding.Latin1.GetBytes(Request);
        byte[] path = Encoding.Latin1.GetBytes("/shop/products/view?id=12345&lang=en");
        byte[] date = Encoding.Latin1.GetBytes("Sat, 21 Nov 2026 11:23:00 GMT");
        byte[] tag = Encoding.Latin1.GetBytes("\"5f3c-6000a1b2c3d40\"");

        var encoder = new HpackEncoder();
        Measurement.Print("hpack: encode response, 6 fields", () =>
        {
            int length = encoder.EncodeStatus(200, Block);
            return length + encoder.EncodeLines(response, Block.AsSpan(length)) > 0;
        });
        Measurement.Print("hpack: encode date, in the table", () => encoder.Encode("date"u8, date, Block) > 0);
        Measurement.Print("hpack: encode etag, a literal", () => encoder.Encode("etag"u8, tag, Block) > 10);
        Measurement.Print("hpack: encode date, a literal", () => encoder.Encode("etag"u8, date, Block) > 10);
        Measurement.Print("hpack: encode content-length", () => encoder.Encode("content-length"u8, "1024"u8, Block) > 1);

        var requests = new HpackEncoder();
        var decoder = new HpackDecoder(HpackEncoder.TableBytesMax);
        for (int i = 0; i < 2; i++)
        {
            Decode(decoder, requests.EncodeLines(request, Block));
        }

        int blockLength = requests.EncodeLines(request, Block);
        Measurement.Print($"hpack: decode request, {blockLength} bytes", () => Decode(decoder, blockLength) == 10);
        int pathLength = requests.Encode(":path"u8, path, Block);
        Measurement.Print($"hpack: decode path, {pathLength} bytes", () => Decode(decoder, pathLength) == 1);
        int firstLength = new HpackEncoder().EncodeLines(request, Block);
        Measurement.Print($"hpack: decode literals, {firstLength} bytes", () => Decode(decoder, firstLength) == 10);
    }

    private static int Decode(HpackDecoder decoder, int length)
    {
        DiscardingSink sink = default;
        HpackStatus status = decoder.Decode(Block.AsSpan(0, length), Memory, 0, out _, ref sink);
        return status == HpackStatus.Done ? sink.Count : 0;
    }
}
