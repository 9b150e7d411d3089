using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching.Fetching;

/// <summary>The socket of the client that a response goes to which is not stored, as the end of a splice that is the fetch's: what happens to it happens to both requests.</summary>
/// <param name="leader">The client's request.</param>
/// <param name="client">Its side.</param>
internal sealed class LeaderSpliceEnd(Exchange leader, ISpliceEnd client) : ISpliceEnd
{
    /// <inheritdoc/>
    public StreamSocket Socket => client.Socket;

    /// <inheritdoc/>
    public ValueTask<ProxyErrorCode> WaitToReadAsync(Exchange exchange) => throw new UnreachableException("A fetch has no content to send.");

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<ProxyErrorCode> WaitToWriteAsync(Exchange exchange)
    {
        ProxyErrorCode error = await client.WaitToWriteAsync(leader);
        FetchClientStream.FailWith(exchange, leader);
        return error;
    }

    /// <inheritdoc/>
    public ProxyErrorCode ReadFailed(Exchange exchange, IoResult result) => throw new UnreachableException("A fetch has no content to send.");

    /// <inheritdoc/>
    public ProxyErrorCode WriteFailed(Exchange exchange, IoResult result)
    {
        ProxyErrorCode error = client.WriteFailed(leader, result);
        FetchClientStream.FailWith(exchange, leader);
        return error;
    }

    /// <inheritdoc/>
    public void CountRead(Exchange exchange, int bytes) => throw new UnreachableException("A fetch has no content to send.");

    /// <inheritdoc/>
    public void CountWritten(Exchange exchange, int bytes) => client.CountWritten(leader, bytes);
}
