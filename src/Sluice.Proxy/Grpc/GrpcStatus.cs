namespace Sluice.Proxy.Grpc;

/// <summary>How a call of gRPC ended (grpc/doc/statuscodes.md), as far as this program says so itself.</summary>
public enum GrpcStatus
{
    /// <summary>It ended well.</summary>
    Ok = 0,

    /// <summary>Nobody said how.</summary>
    Unknown = 2,

    /// <summary>The time for the call was up.</summary>
    DeadlineExceeded = 4,

    /// <summary>The caller may not do that.</summary>
    PermissionDenied = 7,

    /// <summary>A limit, as of a size, was passed.</summary>
    ResourceExhausted = 8,

    /// <summary>There is no such method.</summary>
    Unimplemented = 12,

    /// <summary>Something that has to hold did not.</summary>
    Internal = 13,

    /// <summary>Nobody is there who could take the call; later there may be.</summary>
    Unavailable = 14,

    /// <summary>The caller did not say who it is.</summary>
    Unauthenticated = 16,
}
