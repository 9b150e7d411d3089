namespace Sluice.TestKit.Sockets;

/// <summary>How the end of content is found.</summary>
internal enum ContentFraming
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>By <c>Content-Length</c>.</summary>
    Counted,

    /// <summary>By the last chunk.</summary>
    Chunked,

    /// <summary>By the end of the connection.</summary>
    UntilClose,
}
