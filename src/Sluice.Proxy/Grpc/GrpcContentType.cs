using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Proxy.Grpc;

/// <summary>Reads the content types of gRPC and gRPC-Web: <c>application/grpc</c>, <c>-web</c> and <c>-web-text</c>, each with a suffix such as <c>+proto</c> or without.</summary>
internal static class GrpcContentType
{
    /// <summary>What a message's <c>Content-Type</c> says. One look at a bit for messages without one.</summary>
    public static GrpcKind KindOf(FieldTable fields) =>
        fields.TryGet(KnownField.ContentType, out ReadOnlySpan<byte> value) ? KindOf(value) : GrpcKind.None;

    /// <summary>What a content type says; its case and parameters don't matter (RFC 9110, section 8.3.1).</summary>
    public static GrpcKind KindOf(ReadOnlySpan<byte> value)
    {
        if (!TrySkip(ref value, "application/grpc"u8))
        {
            return GrpcKind.None;
        }

        if (IsEnd(value))
        {
            return GrpcKind.Grpc;
        }

        if (!TrySkip(ref value, "-web"u8))
        {
            return GrpcKind.None;
        }

        if (IsEnd(value))
        {
            return GrpcKind.Web;
        }

        // The encoding may be named, and there is only the one.
        bool isText = TrySkip(ref value, "-text"u8) && (IsEnd(value) || (TrySkip(ref value, "-base64"u8) && IsEnd(value)));
        return isText ? GrpcKind.WebText : GrpcKind.None;
    }

    /// <summary>What the messages are written in, such as <c>+proto</c>; empty where the type leaves that open.</summary>
    public static ReadOnlySpan<byte> SuffixOf(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOfAny(";, \t"u8);
        value = end < 0 ? value : value[..end];
        int start = value.IndexOf((byte)'+');
        return start < 0 ? default : value[start..];
    }

    /// <summary>The type without a suffix.</summary>
    public static ReadOnlySpan<byte> NameOf(GrpcKind kind) => kind switch
    {
        GrpcKind.Web => "application/grpc-web"u8,
        GrpcKind.WebText => "application/grpc-web-text"u8,
        _ => "application/grpc"u8,
    };

    /// <summary>How a client of gRPC-Web wants to be answered: as its <c>Accept</c> says, or else as it asked.</summary>
    public static GrpcKind WantedBy(FieldTable fields, GrpcKind asked)
    {
        for (int i = fields.IndexOf(KnownField.Accept); i >= 0; i = fields.IndexOf(KnownField.Accept, i + 1))
        {
            foreach (ReadOnlySpan<byte> element in new ListElements(fields.Value(i)))
            {
                if (KindOf(element) is GrpcKind.Web or GrpcKind.WebText)
                {
                    return KindOf(element);
                }
            }
        }

        return asked;
    }

    private static bool IsEnd(ReadOnlySpan<byte> rest) => rest.IsEmpty || rest[0] is (byte)'+' or (byte)';' or (byte)' ' or (byte)'\t';

    private static bool TrySkip(ref ReadOnlySpan<byte> value, ReadOnlySpan<byte> word)
    {
        if (value.Length < word.Length || !Ascii.EqualsIgnoreCase(value[..word.Length], word))
        {
            return false;
        }

        value = value[word.Length..];
        return true;
    }
}
