using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Acme;

/// <summary>Connections to an issuer's directory: by the system's authorities, or only by those of a file.</summary>
internal static class IssuerTrust
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A handler of requests; redirects are not followed, for a signature is about one URL.</summary>
    /// <param name="caFile">A PEM file with the authorities to trust instead of the system's, or null.</param>
    /// <exception cref="CertificateException">The file can't be read, or has no certificate.</exception>
    public static SocketsHttpHandler CreateHandler(string? caFile)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            MaxResponseHeadersLength = 32,
        };
        if (caFile is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Policy(Read(caFile)) };
        }

        return handler;
    }

    private static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static X509Certificate2Collection Read(string caFile)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(caFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CertificateException($"The authorities in {caFile} can't be read: {exception.Message}", exception);
        }

        return authorities.Count > 0 ? authorities : throw new CertificateException($"{caFile} has no certificate in PEM.");
    }
}
