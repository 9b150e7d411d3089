using System.IO.Compression;
using Sluice.Load.Contenders;
using Sluice.Load.Rows;

namespace Sluice.Load.Driver;

/// <summary>One careful request before the load: wrk counts bytes but does not look at them.</summary>
internal static class Preflight
{
    /// <summary>An upload's head as it reaches the origin is smaller than this, so a missing body shows.</summary>
    private const int RequestHeadBytesMax = 2048;

    /// <exception cref="BenchException">The contender answered wrongly; its numbers would mean nothing.</exception>
    public static async Task CheckAsync(Contender contender, LoadRow row, CancellationToken stop)
    {
        using HttpClient client = Contender.NewClient(TimeSpan.FromSeconds(10));
        using HttpRequestMessage request = contender.NewRequest(row.UploadBytes > 0 ? HttpMethod.Post : HttpMethod.Get, row.Path);
        if (row.UploadBytes > 0)
        {
            request.Content = new ByteArrayContent(row.Grpc ? Origin.GrpcMessage() : new byte[row.UploadBytes]);
        }

        if (row.Encoding is { } encoding)
        {
            request.Headers.AcceptEncoding.Add(new(encoding.Name));
        }

        if (row.Grpc)
        {
            request.Content!.Headers.ContentType = new("application/grpc");
            request.Headers.TE.Add(new("trailers"));
        }

        using HttpResponseMessage response = await client.SendAsync(request, stop);
        byte[] body = await response.Content.ReadAsByteArrayAsync(stop);
        if (!response.IsSuccessStatusCode)
        {
            throw new BenchException($"{contender.Name} answers {row.Path} with {(int)response.StatusCode}");
        }

        if (row.Grpc && !response.TrailingHeaders.TryGetValues("grpc-status", out _))
        {
            throw new BenchException($"{contender.Name} answers {row.Path} without a status of gRPC");
        }

        if (row.Encoding is not null)
        {
            CheckEncoded(contender, row, response, body);
            return;
        }

        bool right = row.Grpc ? body.AsSpan().SequenceEqual(Origin.GrpcMessage())
            : row.UploadBytes > 0 ? IsReceived(body, row.UploadBytes) : body.AsSpan().SequenceEqual(Origin.Body(row.ResponseBytes));
        if (!right)
        {
            throw new BenchException($"{contender.Name} answers {row.Path} with wrong bytes ({body.Length} of them)");
        }
    }

    private static void CheckEncoded(Contender contender, LoadRow row, HttpResponseMessage response, byte[] body)
    {
        string encoding = string.Join(',', response.Content.Headers.ContentEncoding);
        using Stream? decoder = encoding switch
        {
            "gzip" => new GZipStream(new MemoryStream(body), CompressionMode.Decompress),
            "br" => new BrotliStream(new MemoryStream(body), CompressionMode.Decompress),
            _ => null,
        };
        using var decoded = new MemoryStream();
        decoder?.CopyTo(decoded);

        // .NET 10 has no decoder of zstd; the tests of compression have.
        bool isRight = encoding == row.Encoding!.Name && (decoder is null || decoded.ToArray().AsSpan().SequenceEqual(Corpus.Find(row.Path)));
        if (!isRight)
        {
            throw new BenchException($"{contender.Name} answers {row.Path} with wrong bytes ({body.Length} of them, in '{encoding}')");
        }

        Console.WriteLine($"{row.Key}: {contender.Name} makes {row.ResponseBytes} bytes {body.Length}, ratio {(double)row.ResponseBytes / body.Length:0.00}");
    }

    private static bool IsReceived(byte[] body, int uploadBytes)
    {
        return int.TryParse(body, out int received) && received > uploadBytes && received < uploadBytes + RequestHeadBytesMax;
    }
}
