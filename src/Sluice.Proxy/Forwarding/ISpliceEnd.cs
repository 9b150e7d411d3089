using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Forwarding;

/// <summary>One side of an exchange as an end of a splice: a plain socket with the rules for waiting on it.</summary>
internal interface ISpliceEnd
{
    /// <summary>The socket.</summary>
    StreamSocket Socket { get; }

    /// <summary>Sends what is written of the message, as the beginning of something that follows at once. A side that only gives has written nothing.</summary>
    ValueTask<ProxyErrorCode> SendWrittenAsync(Exchange exchange) => default;

    /// <summary>Waits until the socket has bytes of the content, as long as this side may take. An error that the side knows the reason of is also recorded.</summary>
    ValueTask<ProxyErrorCode> WaitToReadAsync(Exchange exchange);

    /// <summary>Waits until the socket takes bytes, as long as this side may take.</summary>
    ValueTask<ProxyErrorCode> WaitToWriteAsync(Exchange exchange);

    /// <summary>What the end of the stream, or an error of the socket, means before the content is whole.</summary>
    ProxyErrorCode ReadFailed(Exchange exchange, IoResult result);

    /// <summary>What an error of the socket means for what was to be sent.</summary>
    ProxyErrorCode WriteFailed(Exchange exchange, IoResult result);

    /// <summary>Counts content that was received.</summary>
    void CountRead(Exchange exchange, int bytes);

    /// <summary>Counts content that was sent.</summary>
    void CountWritten(Exchange exchange, int bytes);
}
