using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Clients;

/// <summary>The client's side of one exchange, whatever version of HTTP it speaks. All members are for the exchange's loop.</summary>
public abstract class ClientStream
{
    /// <summary>Whether a response of unknown length can be ended other than by closing the connection, and interim responses can be sent.</summary>
    public abstract bool SupportsChunked { get; }

    /// <summary>Whether the exchange should end with the connection: the client asked for it, or a limit or a shutdown does.</summary>
    public abstract bool ClosesAfterResponse { get; }

    /// <summary>Has the connection closed after the response, and the response say so if its head is not written yet.</summary>
    public abstract void CloseAfterResponse();

    /// <summary>Reads content of the request that is there already, without waiting; false when there is none. As <see cref="ReadContentAsync"/> else.</summary>
    public abstract bool TryReadBuffered(Exchange exchange, out BodySlice slice);

    /// <summary>
    /// Reads the next part of the request's content; before the last part is returned, <see cref="Exchange.RequestTrailers"/> is set. A failure is also
    /// recorded in the exchange.
    /// </summary>
    public abstract ValueTask<BodySlice> ReadContentAsync(Exchange exchange);

    /// <summary>Ends a pending <see cref="ReadContentAsync"/> with <see cref="ProxyErrorCode.ClientGone"/>, without an entry in the exchange.</summary>
    public abstract void StopReading();

    /// <summary>Asks the client for its content: <c>100 Continue</c>.</summary>
    public abstract ValueTask<ProxyErrorCode> SendContinueAsync(Exchange exchange);

    /// <summary>Sends the interim response in <see cref="Exchange.Response"/>.</summary>
    public abstract ValueTask<ProxyErrorCode> SendInterimAsync(Exchange exchange);

    /// <summary>Writes the head of the response in <see cref="Exchange.Response"/>; it leaves with the first part of the content.</summary>
    public abstract void WriteHead(Exchange exchange, BodyFraming framing, long contentLength);

    /// <summary>Writes the head of a switch of protocols (101).</summary>
    public abstract void WriteUpgradeHead(Exchange exchange);

    /// <summary>Sends a part of the content behind whatever was written before; with the last part, the end.</summary>
    public abstract ValueTask<ProxyErrorCode> SendContentAsync(Exchange exchange, BodySlice slice);

    /// <summary>Answers with a prepared response.</summary>
    public ValueTask<ProxyErrorCode> SendPreparedAsync(Exchange exchange, PreparedResponse response) =>
        SendPreparedAsync(exchange, response, new BodySlice(response.Body, 0, response.Body.Length, IsLast: true));

    /// <summary>Answers with a prepared head and content that was made for it; it has to stay until it is sent.</summary>
    public abstract ValueTask<ProxyErrorCode> SendPreparedAsync(Exchange exchange, PreparedResponse response, BodySlice content);

    /// <summary>Begins to pass bytes both ways, after the head of a switch of protocols was sent.</summary>
    internal abstract ITunnelEnd BeginTunnel(Exchange exchange);

    /// <summary>The client's socket as an end of a splice; null where what is sent is more than the content, as with TLS or HTTP/2.</summary>
    internal abstract ISpliceEnd? AsSpliceEnd();

    /// <summary>
    /// Whether it holds back content that should reach the client while the server pauses: an empty part that isn't the last one, to <see cref="SendContentAsync"/>, says that it does.
    /// </summary>
    internal virtual bool WantsPauses => false;

    /// <summary>Whether it takes the content of the response whose head it was given: what nobody takes is thrown away.</summary>
    internal virtual bool WantsContent => true;

    /// <summary>Bytes of the request's content, or of what follows it, that were received and not used yet.</summary>
    internal abstract int BufferedBytes { get; }

    /// <summary>Ends the connection so that the client sees that the response is not whole.</summary>
    public abstract void Abort(Exchange exchange);
}
