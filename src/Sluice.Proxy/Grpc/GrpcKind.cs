namespace Sluice.Proxy.Grpc;

/// <summary>Whether a request is a call of gRPC, and how its messages and trailers are carried.</summary>
internal enum GrpcKind : byte
{
    /// <summary>It is none.</summary>
    None,

    /// <summary>gRPC itself: messages in the content, the status in trailers.</summary>
    Grpc,

    /// <summary>gRPC-Web: the trailers are the last message of the content.</summary>
    Web,

    /// <summary>gRPC-Web whose content is base64.</summary>
    WebText,
}
