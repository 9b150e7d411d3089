using System.Diagnostics;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;
using Sluice.Load.Rows;

namespace Sluice.Load.Tls;

/// <summary>Certificates that are exchanged under full handshakes: the files are replaced and a signal sent; the next follows when handshakes show the last one.</summary>
/// <param name="contender">The proxy.</param>
/// <param name="served">The files that it serves.</param>
/// <param name="certificates">What takes their place, in turn.</param>
/// <param name="loadSeconds">How long one run of handshakes takes; another follows while certificates are exchanged.</param>
internal sealed class RotationLoad(Contender contender, CertificateFiles served, CertificateFiles[] certificates, int loadSeconds)
{
    private int _rotations;

    /// <summary>Handshakes so far.</summary>
    public long Handshakes { get; private set; }

    /// <summary>Those of them that failed, and requests behind them.</summary>
    public long Failed { get; private set; }

    /// <summary>Exchanges so many.</summary>
    /// <exception cref="BenchException">One is not shown in time.</exception>
    public async Task RunAsync(int count, CancellationToken stop)
    {
        Task rotating = RotateAsync(count, stop);
        do
        {
            WrkResult result = await HandshakeCommand.RunChildAsync(contender.Port, loadSeconds, HandshakeKind.Full, null, stop);
            Handshakes += result.Requests;
            Failed += result.SocketErrors + result.StatusErrors;
        }
        while (!rotating.IsCompleted);

        await rotating;
    }

    private async Task RotateAsync(int count, CancellationToken stop)
    {
        for (int i = 0; i < count; i++)
        {
            CertificateFiles next = certificates[_rotations++ % certificates.Length];
            File.Copy(next.Certificate, served.Certificate + ".new", overwrite: true);
            File.Copy(next.Key, served.Key + ".new", overwrite: true);
            File.Move(served.Key + ".new", served.Key, overwrite: true);
            File.Move(served.Certificate + ".new", served.Certificate, overwrite: true);
            using Process signal = Process.Start("kill", ["-HUP", $"{contender.ProcessId}"]);
            await signal.WaitForExitAsync(stop);
            await ShownCertificate.WaitForAsync(contender.Port, next.Certificate, stop);
        }
    }
}
