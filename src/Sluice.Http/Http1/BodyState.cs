namespace Sluice.Http.Http1;

/// <summary>
/// Where in the content the reader is:
/// <code>
/// Counted ----------------------------------------> Complete      (Content-Length)
/// Open ----------------------------close----------> Complete      (until close)
/// ChunkSize --size 0--> Trailers --empty line-----> Complete      (chunked)
///   ^    |                  |
///   |   size          CR first --> LastLineFeed --> Complete
///   |    v
///   |  ChunkData --> ChunkCarriageReturn --> ChunkLineFeed --+
///   +---------------------------------------------------------+
/// </code>
/// Every state but Complete can end in Failed.
/// </summary>
internal enum BodyState : byte
{
    Complete,
    Counted,
    Open,
    ChunkSize,
    ChunkData,
    ChunkCarriageReturn,
    ChunkLineFeed,
    Trailers,
    LastLineFeed,
    Failed,
}
