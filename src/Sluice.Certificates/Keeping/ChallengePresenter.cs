using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sluice.Certificates.Acme;
using Sluice.Certificates.Dns;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Keeping;

/// <summary>Shows the answer to a challenge where the issuer will look, and takes it away again. Any thread.</summary>
internal sealed class ChallengePresenter(
    ICertificateConsumer consumer, HttpChallengeStore store, IDnsPublisher? dns, WorkClock clock, KeeperLimits limits)
{
    /// <summary>The name of a kind in the protocol.</summary>
    public static string TypeOf(ChallengeKind kind) => kind switch
    {
        ChallengeKind.Http01 => "http-01",
        ChallengeKind.TlsAlpn01 => "tls-alpn-01",
        _ => "dns-01",
    };

    /// <summary>The kinds that can prove control of a name, in the order of the plan.</summary>
    public IReadOnlyList<ChallengeKind> Usable(IReadOnlyList<ChallengeKind> kinds, AcmeIdentifier identifier) =>
        [.. kinds.Where(kind => kind == ChallengeKind.Dns01 ? dns is not null && !identifier.IsAddress : !identifier.IsWildcard)];

    /// <summary>Shows an answer until what it returns is disposed.</summary>
    /// <exception cref="AcmeException">It can't be shown; another kind of challenge may do better.</exception>
    public async Task<IAsyncDisposable> ShowAsync(
        ChallengeKind kind, AcmeIdentifier identifier, string token, string keyAuthorization, CancellationToken ct)
    {
        Func<CancellationToken, Task> hide = kind switch
        {
            ChallengeKind.Http01 => hideCt => HideHttpAsync(token, hideCt),
            ChallengeKind.TlsAlpn01 => hideCt => HideTlsAsync(identifier),
            _ => hideCt => HideDnsAsync(identifier, keyAuthorization, hideCt),
        };
        var shown = new ShownChallenge(hide, limits.CleanUpTimeout);
        try
        {
            await (kind switch
            {
                ChallengeKind.Http01 => ShowHttpAsync(token, keyAuthorization, ct),
                ChallengeKind.TlsAlpn01 => ShowTlsAsync(identifier, keyAuthorization),
                _ => dns!.PublishAsync(RecordNameOf(identifier), RecordValueOf(keyAuthorization), ct),
            });
            return shown;
        }
        catch (Exception exception)
        {
            await shown.DisposeAsync();
            if (exception is not CertificateException)
            {
                throw;
            }

            throw new AcmeException($"The challenge {TypeOf(kind)} could not be prepared: {exception.Message}", exception) { IsOfValidation = true };
        }
    }

    private static string RecordNameOf(AcmeIdentifier identifier) => $"_acme-challenge.{identifier.BaseName}";

    // RFC 8555, section 8.4.
    private static string RecordValueOf(string keyAuthorization) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(keyAuthorization)));

    private async Task ShowHttpAsync(string token, string keyAuthorization, CancellationToken ct)
    {
        consumer.ShowHttpChallenge(token, keyAuthorization);
        await store.ShowAsync(token, keyAuthorization, ct);
    }

    private async Task HideHttpAsync(string token, CancellationToken ct)
    {
        consumer.HideHttpChallenge(token);
        await store.HideAsync(token, ct);
    }

    private Task ShowTlsAsync(AcmeIdentifier identifier, string keyAuthorization)
    {
        consumer.ShowTlsAlpnChallenge(identifier.HandshakeName, TlsAlpnCertificate.Create(identifier, keyAuthorization, clock.Now));
        return Task.CompletedTask;
    }

    private Task HideTlsAsync(AcmeIdentifier identifier)
    {
        consumer.HideTlsAlpnChallenge(identifier.HandshakeName);
        return Task.CompletedTask;
    }

    private Task HideDnsAsync(AcmeIdentifier identifier, string keyAuthorization, CancellationToken ct) =>
        dns!.RemoveAsync(RecordNameOf(identifier), RecordValueOf(keyAuthorization), ct);
}
