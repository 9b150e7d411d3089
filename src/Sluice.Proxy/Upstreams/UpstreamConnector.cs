using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Upstreams;

/// <summary>Makes connections of one worker to one server: TCP or a unix socket, and TLS where the server has it.</summary>
internal sealed class UpstreamConnector(Worker worker, ServerState server)
{
    private readonly Stack<PendingConnect> _freeConnects = new();
    private readonly Stack<PendingHandshake> _freeHandshakes = new();
    private readonly TlsSessionSlot _sessions = new();
    private uint _nextTarget;

    /// <summary>Makes a connection for an exchange. Null with the reason in the exchange, and told to the operator.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<StreamSocket?> ConnectAsync(Exchange exchange)
    {
        IReadOnlyList<SocketTarget> targets = server.Targets;
        if (targets.Count == 0)
        {
            Fail(exchange, ProxyErrorCode.DnsFailed);
            return null;
        }

        // A name with several addresses: each connection takes the next one.
        SocketTarget target = targets[(int)(_nextTarget++ % (uint)targets.Count)];
        PendingConnect pending = _freeConnects.Count > 0 ? _freeConnects.Pop() : new PendingConnect(worker.Loop);
        exchange.Waiting = pending;
        IoResult result = await pending.Connector.ConnectAsync(target, exchange.Limits.ConnectTimeoutMs);
        exchange.Waiting = null;
        StreamSocket? socket = pending.Connector.TakeSocket();
        _freeConnects.Push(pending);
        if (socket is null)
        {
            Fail(exchange, result.IsCanceled ? ProxyErrorCode.ClientGone
                : result.IsTimedOut ? ProxyErrorCode.ConnectTimeout
                : result.Error == IoErrors.ConnectionRefused ? ProxyErrorCode.ConnectRefused
                : ProxyErrorCode.ConnectFailed);
            return null;
        }

        return server.Tls is null || await HandshakeAsync(exchange, server.Tls, socket) ? socket : null;
    }

    /// <summary>Fails the exchange because there is no connection for it, and tells the operator.</summary>
    public void Fail(Exchange exchange, ProxyErrorCode error, string? detail = null)
    {
        exchange.Fail(error);
        if (error != ProxyErrorCode.ClientGone)
        {
            worker.ReportUnreachable(server, error, detail);
        }
    }

    // Encrypts a connection that was made; false with the reason in the exchange, and the connection closed.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<bool> HandshakeAsync(Exchange exchange, UpstreamTls tls, StreamSocket socket)
    {
        PendingHandshake pending = _freeHandshakes.Count > 0 ? _freeHandshakes.Pop() : new PendingHandshake(worker.Loop);
        pending.Begin(socket, exchange.Limits.ConnectTimeoutMs);
        exchange.Waiting = pending;
        IoResult result = await socket.ConnectTlsAsync(tls.Context, server.TlsName, _sessions);
        exchange.Waiting = null;
        pending.End();
        _freeHandshakes.Push(pending);
        if (!result.IsError)
        {
            return true;
        }

        ProxyErrorCode error = result.IsCanceled ? ProxyErrorCode.ClientGone
            : result.IsTimedOut ? ProxyErrorCode.ConnectTimeout
            : socket.Tls is { Failure: TlsFailure.CertificateInvalid } ? ProxyErrorCode.UpstreamCertificateInvalid
            : ProxyErrorCode.UpstreamTlsFailed;
        string? detail = socket.Tls?.FailureText;
        socket.Close();
        Fail(exchange, error, detail);
        return false;
    }
}
