using System.IO.Compression;
using System.Text;
using Sluice.Reactor.Compression;
using Xunit;
using BrotliDecoder = Sluice.Reactor.Compression.BrotliDecoder;
using BrotliEncoder = Sluice.Reactor.Compression.BrotliEncoder;

namespace Sluice.Reactor.Tests.Compression;

/// <summary>Encoders and decoders by their names, and messages taken through them in parts of chosen sizes.</summary>
internal static class Codecs
{
    public static StreamEncoder EncoderOf(string name) => name switch { "gzip" => new GzipEncoder(), "br" => new BrotliEncoder(), _ => new ZstdEncoder() };

    public static StreamDecoder DecoderOf(string name) => name switch { "gzip" => new GzipDecoder(), "br" => new BrotliDecoder(), _ => new ZstdDecoder() };

    /// <summary>Text that compresses to a tenth or so, the same each time.</summary>
    public static byte[] Text(int length)
    {
        var random = new Random(length);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append($"{{\"id\":{random.Next(100_000)},\"name\":\"item {random.Next(50)}\",\"stock\":{random.Next(10)}}},");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    public static byte[] Compress(string name, byte[] content, int level = 3) =>
        Compress(EncoderOf(name), content, new EncoderSettings(level, -1, 0), content.Length, StreamEncoder.RoomMin);

    /// <summary>Compresses in parts, each into as little room as given.</summary>
    public static byte[] Compress(StreamEncoder encoder, byte[] content, EncoderSettings settings, int partBytes, int roomBytes)
    {
        var result = new MemoryStream();
        Assert.True(encoder.TryBegin(settings));
        Run(encoder, [], EncodeOperation.Continue, result, StreamEncoder.RoomMin);
        for (int start = 0; start < content.Length; start += partBytes)
        {
            Run(encoder, content.AsSpan(start, Math.Min(partBytes, content.Length - start)), EncodeOperation.Continue, result, roomBytes);
        }

        Run(encoder, [], EncodeOperation.Finish, result, roomBytes);
        encoder.End();
        return result.ToArray();
    }

    public static void Run(StreamEncoder encoder, ReadOnlySpan<byte> input, EncodeOperation operation, MemoryStream result, int roomBytes)
    {
        byte[] room = new byte[roomBytes];
        EncodeStatus status;
        do
        {
            status = encoder.Encode(input, operation, room, out int consumed, out int written);
            input = input[consumed..];
            result.Write(room, 0, written);
            Assert.NotEqual(EncodeStatus.Failed, status);
        }
        while (status == EncodeStatus.OutputFull);

        Assert.True(input.IsEmpty);
    }

    /// <summary>Decompresses in parts; null when it fails, or when the end is missing.</summary>
    public static byte[]? Decompress(StreamDecoder decoder, byte[] content, int partBytes, int roomBytes)
    {
        Assert.True(decoder.TryBegin());
        var result = new MemoryStream();
        bool isGood = true;
        for (int start = 0; start < content.Length && isGood; start += partBytes)
        {
            isGood = TryRun(decoder, content.AsSpan(start, Math.Min(partBytes, content.Length - start)), result, roomBytes);
        }

        isGood &= decoder.IsWhole;
        decoder.End();
        return isGood ? result.ToArray() : null;
    }

    /// <summary>Decompresses by the runtime's own streams, and zstd by the decoder here.</summary>
    public static byte[] Check(string name, byte[] content)
    {
        if (name == "zstd")
        {
            return Decompress(new ZstdDecoder(), content, content.Length, 64 * 1024)!;
        }

        var source = new MemoryStream(content);
        using Stream stream = name == "gzip" ? new GZipStream(source, CompressionMode.Decompress) : new BrotliStream(source, CompressionMode.Decompress);
        var result = new MemoryStream();
        stream.CopyTo(result);
        return result.ToArray();
    }

    private static bool TryRun(StreamDecoder decoder, ReadOnlySpan<byte> input, MemoryStream result, int roomBytes)
    {
        byte[] room = new byte[roomBytes];
        DecodeStatus status;
        do
        {
            status = decoder.Decode(input, room, out int consumed, out int written);
            input = input[consumed..];
            result.Write(room, 0, written);
        }
        while (status == DecodeStatus.OutputFull);

        return status == DecodeStatus.NeedsInput;
    }
}
