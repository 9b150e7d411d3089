using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Trust;

/// <summary>A root to be trusted.</summary>
/// <param name="Pem">It in PEM.</param>
/// <param name="Mark">A part of its fingerprint: files and entries are named after it, so that each is found again and no other.</param>
internal sealed record TrustedRoot(string Pem, string Mark)
{
    private const int MarkBytes = 8;

    /// <summary>How databases call it.</summary>
    internal string Nickname => $"Sluice local authority {Mark}";

    /// <summary>Reads one.</summary>
    /// <exception cref="ArgumentException">It is no certificate.</exception>
    internal static TrustedRoot Read(string pem)
    {
        try
        {
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
            return new TrustedRoot(pem, Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256).AsSpan(0, MarkBytes)));
        }
        catch (CryptographicException exception)
        {
            throw new ArgumentException("no certificate in PEM", nameof(pem), exception);
        }
    }
}
