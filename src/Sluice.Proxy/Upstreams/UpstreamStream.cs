using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Upstreams;

/// <summary>The server's side of one exchange, whatever version of HTTP it speaks. All members are for the exchange's loop.</summary>
/// <remarks>
/// One after another: <see cref="BeginRequest"/>, <see cref="SendHeadAsync"/>, <see cref="SendContentAsync"/> as often as there is content,
/// and meanwhile <see cref="ReadHeadAsync"/> up to the final head and <see cref="ReadContentAsync"/> up to the last part, or
/// <see cref="BeginTunnel"/>; then <see cref="Release"/> or <see cref="Close"/>.
/// </remarks>
internal abstract class UpstreamStream : ICancelableWait
{
    /// <summary>The server at the other end.</summary>
    public abstract ServerState Server { get; }

    /// <summary>The connection it is on, to be told from others; for HTTP/1 that is itself.</summary>
    public virtual object Connection => this;

    /// <summary>Whether the connection had carried a request before: then it may have died meanwhile, which says nothing about the server.</summary>
    public abstract bool WasReused { get; }

    /// <summary>Whether nothing of the request reached the kernel; asked after its head could not be sent.</summary>
    public abstract bool NothingSent { get; }

    /// <summary>Whether a part of the request could not be sent whole: whatever is answered, nothing can be sent behind it any more.</summary>
    public abstract bool SendFailed { get; }

    /// <summary>Bytes of the response's content, or of what follows it, that were received and not used yet.</summary>
    public abstract int BufferedBytes { get; }

    /// <summary>The size of the response head that was read last, as it came.</summary>
    public abstract int HeadBytes { get; }

    /// <summary>Begins an exchange, whose limits hold from now on.</summary>
    public abstract void BeginRequest(Exchange exchange);

    /// <summary>Goes on with another exchange, which takes the place of its own: the first try of a request whose second try is answered here.</summary>
    public virtual void MoveTo(Exchange exchange)
    {
    }

    /// <summary>Sends the head of the request, with the content that is there, and waits until all of it is on its way.</summary>
    /// <param name="exchange">The exchange. A head that can't be written fails it.</param>
    /// <param name="first">The first part of the content; empty, and not the last, when there is none yet.</param>
    public abstract ValueTask<IoResult> SendHeadAsync(Exchange exchange, BodySlice first);

    /// <summary>Sends a part of the request's content, framed; with the last part its end, and <see cref="Exchange.RequestTrailers"/>.</summary>
    public abstract ValueTask<IoResult> SendContentAsync(Exchange exchange, BodySlice slice);

    /// <summary>Ends a pending <see cref="SendContentAsync"/>, for content that is no longer wanted.</summary>
    public abstract void StopSending();

    /// <summary>Starts the time for the response head to begin; called when the request is sent whole, or nothing more of it will be.</summary>
    public abstract void StartFirstByteTimer(int timeoutMs);

    /// <summary>Reads a response head, interim or final, into <see cref="Exchange.Response"/>; with a final one the content begins.</summary>
    /// <returns>None, or why there is none. A timeout leaves everything as it was: the caller may go on reading.</returns>
    public abstract ValueTask<ProxyErrorCode> ReadHeadAsync(Exchange exchange);

    /// <summary>
    /// Reads the next part of the response's content; before the last part is returned, <see cref="Exchange.ResponseTrailers"/> is set. An error is not
    /// recorded: the caller knows what it means.
    /// </summary>
    public abstract ValueTask<BodySlice> ReadContentAsync(Exchange exchange);

    /// <summary>Begins to pass bytes both ways, after a response that switches protocols.</summary>
    public abstract ITunnelEnd BeginTunnel(Exchange exchange);

    /// <summary>The server's socket as an end of a splice; null where what is sent is more than the content, as with TLS or HTTP/2.</summary>
    public abstract ISpliceEnd? AsSpliceEnd();

    /// <inheritdoc/>
    public abstract void CancelWait();

    /// <summary>Gives back what it holds after an exchange that ended well, so that its connection may serve another.</summary>
    public abstract void Release(Exchange exchange);

    /// <summary>Breaks off: the server learns that nothing more is wanted. Waits end with an error, inline.</summary>
    public abstract void Close();
}
