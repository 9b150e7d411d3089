using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Ocsp;

/// <summary>Asks responders whether certificates are good, and gives only answers that may be stapled. Any thread.</summary>
public sealed class OcspFetcher : IDisposable
{
    private const int ResponseBytesMax = 64 * 1_024;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    /// <summary>Makes one.</summary>
    public OcspFetcher(TimeProvider time)
    {
        _time = time;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeLimit,
            MaxResponseContentBufferSize = ResponseBytesMax,
        };
    }

    /// <summary>Where a certificate says that its status can be asked for; null if it doesn't (RFC 5280, section 4.2.2.1).</summary>
    /// <param name="certificatePem">The certificate in PEM; others behind it don't matter.</param>
    /// <exception cref="OcspException">It is no certificate.</exception>
    public static Uri? FindResponder(string certificatePem)
    {
        using X509Certificate2 certificate = Read(certificatePem);
        return ResponderOf(certificate);
    }

    /// <summary>Asks for the status of a certificate.</summary>
    /// <param name="certificatePem">The certificate in PEM.</param>
    /// <param name="issuerPem">The certificate of its issuer in PEM.</param>
    /// <param name="ct">Ends the wait, which is 10 s at most.</param>
    /// <returns>An answer that was checked in all respects.</returns>
    /// <exception cref="OcspException">There is none that may be stapled.</exception>
    public async Task<OcspStaple> FetchAsync(string certificatePem, string issuerPem, CancellationToken ct)
    {
        using X509Certificate2 certificate = Read(certificatePem);
        using X509Certificate2 issuer = Read(issuerPem);
        if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData))
        {
            throw new OcspException($"{issuer.Subject} did not issue the certificate: its issuer is {certificate.Issuer}");
        }

        Uri responder = ResponderOf(certificate) ?? throw new OcspException("the certificate names no responder (OCSP)");
        var id = OcspCertificateId.Of(certificate, issuer);
        byte[] response = await PostAsync(responder, id.ToRequest(), ct);
        return new OcspResponseCheck(id, issuer, _time.GetUtcNow()).Check(response);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static X509Certificate2 Read(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException exception)
        {
            throw new OcspException($"no certificate in PEM: {exception.Message}", exception);
        }
    }

    private static Uri? ResponderOf(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions.OfType<X509AuthorityInformationAccessExtension>()
                .SelectMany(extension => extension.EnumerateOcspUris())
                .Select(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" ? url : null)
                .FirstOrDefault(url => url is not null);
        }
        catch (CryptographicException)
        {
            // An extension that can't be read names nobody.
            return null;
        }
    }

    private async Task<byte[]> PostAsync(Uri responder, byte[] request, CancellationToken ct)
    {
        using var content = new ByteArrayContent(request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/ocsp-request");
        try
        {
            using HttpResponseMessage response = await _client.PostAsync(responder, content, ct);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsByteArrayAsync(ct)
                : throw new OcspException($"the responder {responder} answers with status {(int)response.StatusCode}");
        }
        catch (HttpRequestException exception)
        {
            throw new OcspException($"the responder {responder} can't be asked: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new OcspException($"the responder {responder} didn't answer within {TimeLimit.TotalSeconds:0} s", exception);
        }
    }
}
