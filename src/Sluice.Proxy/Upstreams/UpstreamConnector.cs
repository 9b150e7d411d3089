using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Resolution;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Upstreams;

/// <summary>Makes connections of one worker to one server: TCP or a unix socket, and TLS where the server has it.</summary>
internal sealed class UpstreamConnector(Worker worker, ServerState server)
{
    private readonly Stack<PendingConnect> _freeConnects = new();
    private readonly Stack<ConnectRace> _freeRaces = new();
    private readonly Stack<PendingHandshake> _freeHandshakes = new();
    private readonly TlsSessionSlot _sessions = new();

    // Begins anywhere: workers, and instances of this program, would begin with the same address.
#pragma warning disable CA5394 // Spreading connections is no secret.
    private uint _nextTarget = (uint)worker.Random.Next();
#pragma warning restore CA5394

    // "Preferring IPv6" (RFC 8305, section 4), until a connection shows that the other family is quicker.
    private bool _prefersIpv6 = true;

    /// <summary>Makes a connection for an exchange. Null with the reason in the exchange, and told to the operator.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<StreamSocket?> ConnectAsync(Exchange exchange)
    {
        TargetList targets = server.TargetList;
        if (targets.All.Count == 0)
        {
            Fail(exchange, ProxyErrorCode.DnsFailed);
            return null;
        }

        // A name with several addresses: each connection takes the next one.
        (IoResult result, StreamSocket? socket) = targets.HasBothFamilies ? await RaceAsync(exchange, targets) : await ConnectAsync(exchange, targets.At(_nextTarget++));
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

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<(IoResult Result, StreamSocket? Socket)> ConnectAsync(Exchange exchange, SocketTarget target)
    {
        PendingConnect pending = _freeConnects.Count > 0 ? _freeConnects.Pop() : new PendingConnect(worker.Loop);
        exchange.Waiting = pending;
        IoResult result = await pending.Connector.ConnectAsync(target, exchange.Limits.ConnectTimeoutMs);
        exchange.Waiting = null;
        StreamSocket? socket = pending.Connector.TakeSocket();
        _freeConnects.Push(pending);
        return (result, socket);
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<(IoResult Result, StreamSocket? Socket)> RaceAsync(Exchange exchange, TargetList targets)
    {
        ConnectRace race = _freeRaces.Count > 0 ? _freeRaces.Pop() : new ConnectRace(worker.Loop);
        exchange.Waiting = race;
        IoResult result = await race.ConnectAsync(targets, _nextTarget++, _prefersIpv6, exchange.Limits.ConnectTimeoutMs);
        exchange.Waiting = null;
        StreamSocket? socket = race.TakeSocket();
        if (socket is not null)
        {
            _prefersIpv6 = race.IsWonByIpv6;
        }

        _freeRaces.Push(race);
        return (result, socket);
    }

    // Encrypts a connection that was made; false with the reason in the exchange, and the connection closed.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<bool> HandshakeAsync(Exchange exchange, UpstreamTls tls, StreamSocket socket)
    {
        PendingHandshake pending = _freeHandshakes.Count > 0 ? _freeHandshakes.Pop() : new PendingHandshake(worker.Loop);
        pending.Begin(socket, exchange.Limits.TlsTimeoutMs);
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
            : result.IsTimedOut ? ProxyErrorCode.UpstreamTlsTimeout
            : ReasonOf(socket.Tls);
        string? detail = socket.Tls?.FailureText;
        socket.Close();
        Fail(exchange, error, detail);
        return false;
    }

    private static ProxyErrorCode ReasonOf(TlsState? state) => state?.Failure switch
    {
        TlsFailure.CertificateInvalid => ProxyErrorCode.UpstreamCertificateInvalid,
        TlsFailure.CertificateExpired => ProxyErrorCode.UpstreamCertificateExpired,
        TlsFailure.CertificateNameMismatch => ProxyErrorCode.UpstreamCertificateNameMismatch,
        TlsFailure.CertificateUntrusted => ProxyErrorCode.UpstreamCertificateUntrusted,
        _ => ProxyErrorCode.UpstreamTlsFailed,
    };
}
