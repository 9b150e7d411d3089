using Sluice.Http.Http1;
using Sluice.Http.Http2;
using Sluice.Http.Http2.Hpack;

namespace Sluice.Proxy.Http2;

/// <summary>Whose stream it is: a client's request, or one to a server. Called on the loop.</summary>
internal interface IHttp2StreamOwner
{
    /// <summary>An upper bound of what <see cref="EncodeHead"/> writes, in bytes.</summary>
    int HeadBytesMax { get; }

    /// <summary>Writes the head that was given to be sent; called once for each, in the order in which heads leave.</summary>
    /// <returns>Bytes written.</returns>
    int EncodeHead(HpackEncoder encoder, Span<byte> destination);

    /// <summary>The stream is over before its time: by the peer's reset, by the end of the connection, or by what the peer sent on it.</summary>
    /// <param name="error">Why.</param>
    /// <param name="violation">The rule that the peer's message broke, if that is the reason.</param>
    void OnReset(Http2ErrorCode error, Violation violation);

    /// <summary>The frames that were there have been read, or the stream is over: whoever waits for something other than content goes on.</summary>
    void OnFramesRead();
}
