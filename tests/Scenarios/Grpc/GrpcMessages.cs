using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;

namespace Sluice.Scenarios.Grpc;

/// <summary>Messages of gRPC as they stand in content, for clients and servers that know nothing else of it.</summary>
internal static class GrpcMessages
{
    /// <summary>The flag of the message of gRPC-Web that holds trailers.</summary>
    internal const byte TrailersFlag = 0x80;

    private const int PrefixBytes = 5;

    /// <summary>Puts the prefix before a message: a flag and its length.</summary>
    internal static byte[] Frame(string message)
    {
        byte[] frame = [0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(message)];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixBytes);
        return frame;
    }

    /// <summary>A call.</summary>
    internal static HttpRequestMessage NewRequest(Version version, Uri url, string contentType, byte[] content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new ByteArrayContent(content);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return request;
    }

    /// <summary>Reads the next message; null at the end.</summary>
    internal static async Task<(byte Flag, string Text)?> ReadAsync(Stream content, CancellationToken ct)
    {
        byte[] prefix = new byte[PrefixBytes];
        int read = await content.ReadAtLeastAsync(prefix, PrefixBytes, throwOnEndOfStream: false, ct);
        if (read == 0)
        {
            return null;
        }

        Assert.Equal(PrefixBytes, read);
        byte[] message = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await content.ReadExactlyAsync(message, ct);
        return (prefix[0], Encoding.UTF8.GetString(message));
    }
}
