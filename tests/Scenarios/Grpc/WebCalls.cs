using System.Text;

namespace Sluice.Scenarios.Grpc;

/// <summary>Calls of gRPC-Web and answers of gRPC, byte by byte.</summary>
internal static class WebCalls
{
    internal const string Binary = "application/grpc-web+proto";
    internal const string InText = "application/grpc-web-text+proto";

    /// <summary>The head of a server's answer whose content comes in chunks.</summary>
    internal const string AnswerHead = "HTTP/1.1 200 OK\r\nContent-Type: application/grpc+proto\r\nTransfer-Encoding: chunked\r\n\r\n";

    /// <summary>A proxy that is a bridge.</summary>
    internal static ProxySetup Bridge { get; } = new() { Route = route => route with { GrpcWeb = true } };

    /// <summary>A whole call.</summary>
    internal static string Call(string type, byte[] content, string fields = "")
    {
        string text = type.Contains("-text", StringComparison.Ordinal) ? Convert.ToBase64String(content) : Bytes.Text(content);
        return $"POST /a.B/C HTTP/1.1\r\nHost: a.test\r\nContent-Type: {type}\r\n{fields}Content-Length: {text.Length}\r\n\r\n{text}";
    }

    /// <summary>A chunk.</summary>
    internal static string Chunk(byte[] content) => $"{content.Length:x}\r\n{Bytes.Text(content)}\r\n";

    /// <summary>The messages in the content of a response, one after the other as <c>flag text</c>; nothing is left over.</summary>
    internal static string[] MessagesIn(HttpResponse response, string type)
    {
        byte[] content = type == InText ? FromText(response.Text) : response.Content;
        var messages = new List<string>();
        for (int at = 0; at < content.Length;)
        {
            int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(at + 1));
            messages.Add($"{content[at]} {Encoding.Latin1.GetString(content, at + 5, length)}");
            at += 5 + length;
        }

        return [.. messages];
    }

    /// <summary>Decodes base64 in which there may be padding.</summary>
    internal static byte[] FromText(string text) => [.. text.Chunk(4).SelectMany(group => Convert.FromBase64CharArray(group, 0, group.Length))];
}
