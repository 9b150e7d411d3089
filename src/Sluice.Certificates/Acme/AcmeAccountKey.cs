using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Certificates.Acme;

/// <summary>The key of an ACME account: P-256, so that it signs with ES256, which every issuer takes (RFC 8555, section 6.2). Any thread.</summary>
internal sealed class AcmeAccountKey : IDisposable
{
    private readonly ECDsa _key;
    private readonly Lock _lock = new();

    private AcmeAccountKey(ECDsa key)
    {
        _key = key;
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        string x = Base64Url.EncodeToString(parameters.Q.X);
        string y = Base64Url.EncodeToString(parameters.Q.Y);

        // The members of a thumbprint's input are in this order and without spaces (RFC 7638, section 3).
        Jwk = $$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""";
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Jwk)));
    }

    /// <summary>The public key as JSON (RFC 7517).</summary>
    public string Jwk { get; }

    /// <summary>RFC 7638, base64url.</summary>
    public string Thumbprint { get; }

    /// <summary>A new one.</summary>
    public static AcmeAccountKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>From PEM.</summary>
    /// <exception cref="CertificateException">It is no key, or one of another kind.</exception>
    public static AcmeAccountKey Import(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize == 256)
            {
                return new AcmeAccountKey(key);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new CertificateException("The account's key is no PEM file of a P-256 key.", exception);
        }

        key.Dispose();
        throw new CertificateException("The account's key is no P-256 key.");
    }

    /// <summary>As PEM (PKCS #8), to be stored.</summary>
    public string Export() => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>Signs with ES256: 64 bytes, r and s (RFC 7518, section 3.4).</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            return _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    /// <summary>What answers a challenge (RFC 8555, section 8.1).</summary>
    public string AuthorizationOf(string token) => $"{token}.{Thumbprint}";

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
