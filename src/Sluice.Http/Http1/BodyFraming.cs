namespace Sluice.Http.Http1;

/// <summary>How the end of a message's content is found (RFC 9112, section 6.3).</summary>
public enum BodyFraming : byte
{
    /// <summary>There is no content.</summary>
    None,

    /// <summary>After as many bytes as <c>Content-Length</c> says, which may be 0.</summary>
    ContentLength,

    /// <summary>After the last chunk and the trailers.</summary>
    Chunked,

    /// <summary>With the connection; responses only.</summary>
    UntilClose,
}
