using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Proxy.Certificates;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Tls;

namespace Sluice.Proxy.Clients;

/// <summary>The TLS handshake of a client's connection.</summary>
internal static class ClientHandshake
{
    private static readonly byte[] PlainHttpAnswer =
    [
        .. "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 68\r\nConnection: close\r\n\r\n"u8,
        .. "400 Bad Request\nThis port speaks HTTPS: use https:// in the address\n"u8,
    ];

    /// <summary>Runs the handshake. Null, with the reason counted, when it fails: then the connection is to be closed.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public static async ValueTask<ClientTls?> RunAsync(ClientConnection connection, ListenerTls tls)
    {
        StreamSocket socket = connection.Socket;
        connection.ReadTimer.Set(tls.Plan.HandshakeTimeoutMs);
        IoResult result = await socket.AcceptTlsAsync(tls.Context);
        if (socket.Tls is { WaitsForChoice: true } waiting)
        {
            if (waiting.ServerName is { } name)
            {
                await ObtainAsync(connection.Worker.Certificates, name, tls.Plan.HandshakeTimeoutMs);
            }

            // Asked again, the listener chooses among what is there now. The time that it took was not the client's.
            connection.ReadTimer.Set(tls.Plan.HandshakeTimeoutMs);
            result = await socket.HandshakeAsync();
        }

        connection.ReadTimer.Stop();
        if (!result.IsError && socket.Tls is { } state)
        {
            var established = new ClientTls(state);
            connection.Worker.Tls.Count(state.IsResumed);
            return established;
        }

        Report(connection, result);
        return null;
    }

    // Whatever comes of it, the handshake goes on: without a certificate it is refused.
    private static async Task ObtainAsync(InstalledCertificates certificates, string name, int timeoutMs)
    {
        if (certificates.OnDemand is not { } obtain)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(timeoutMs);
        try
        {
            await Task.Run(() => obtain(name, timeout.Token), timeout.Token).WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // Issuing goes on without this client.
        }
    }

    private static void Report(ClientConnection connection, IoResult result)
    {
        TlsState? state = connection.Socket.Tls;
        ProxyErrorCode reason = ReasonOf(state, result);
        connection.Worker.ReportHandshake(connection.Listener, reason, state?.FailureText);
        if (reason == ProxyErrorCode.TlsPlainHttp)
        {
            connection.Socket.AbandonTls();
            _ = connection.Socket.SendAsync(PlainHttpAnswer, 0, PlainHttpAnswer.Length);
            connection.Socket.ShutdownSend();
        }
    }

    private static ProxyErrorCode ReasonOf(TlsState? state, IoResult result) => state?.Failure switch
    {
        TlsFailure.Malformed => ProxyErrorCode.TlsMalformed,
        TlsFailure.PlainHttp => ProxyErrorCode.TlsPlainHttp,
        TlsFailure.NoCommonVersion => ProxyErrorCode.TlsNoCommonVersion,
        TlsFailure.NoCommonCipher => ProxyErrorCode.TlsNoCommonCipher,
        TlsFailure.NoCommonProtocol => ProxyErrorCode.TlsNoCommonProtocol,
        TlsFailure.UnknownName => ProxyErrorCode.TlsUnknownName,
        TlsFailure.CertificateMissing => ProxyErrorCode.ClientCertificateMissing,
        TlsFailure.CertificateInvalid or TlsFailure.CertificateExpired or TlsFailure.CertificateNameMismatch or TlsFailure.CertificateUntrusted =>
            ProxyErrorCode.ClientCertificateInvalid,
        TlsFailure.Alert => ProxyErrorCode.TlsAlert,
        TlsFailure.Internal => ProxyErrorCode.TlsFailed,
        TlsFailure.Truncated => ProxyErrorCode.TlsClosed,
        null => ProxyErrorCode.TlsFailed,
        _ => result.IsTimedOut ? ProxyErrorCode.TlsTimeout : result.IsCanceled ? ProxyErrorCode.ShuttingDown : ProxyErrorCode.TlsClosed,
    };
}
