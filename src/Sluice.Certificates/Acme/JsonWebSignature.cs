using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Certificates.Acme;

/// <summary>Requests as ACME wants them signed: flattened JWS with the payload encoded (RFC 8555, section 6.2; RFC 7515, section 7.2.2).</summary>
internal static class JsonWebSignature
{
    /// <summary>Signs with an account's key (ES256).</summary>
    /// <param name="key">Whose key.</param>
    /// <param name="accountUri">The account's URL; null sends the public key instead, to register it.</param>
    /// <param name="nonce">The anti-replay nonce (section 6.5).</param>
    /// <param name="uri">Where it is sent to (section 6.4).</param>
    /// <param name="payload">JSON, or nothing for POST-as-GET (section 6.3).</param>
    public static byte[] Sign(AcmeAccountKey key, Uri? accountUri, string nonce, Uri uri, ReadOnlySpan<byte> payload)
    {
        byte[] header = JsonText.Object(json =>
        {
            json.WriteString("alg", "ES256");
            json.WriteString("nonce", nonce);
            json.WriteString("url", uri.AbsoluteUri);
            if (accountUri is null)
            {
                json.WritePropertyName("jwk");
                json.WriteRawValue(key.Jwk);
            }
            else
            {
                json.WriteString("kid", accountUri.AbsoluteUri);
            }
        });
        return Flatten(header, payload, input => key.Sign(input));
    }

    /// <summary>Binds an account's key to an account that the issuer knows otherwise: signed with HS256, without a nonce (section 7.3.4).</summary>
    /// <exception cref="CertificateException">The shared key is not base64url.</exception>
    public static byte[] Bind(AcmeAccountKey key, ExternalAccount account, Uri newAccountUri)
    {
        byte[] secret;
        try
        {
            secret = Base64Url.DecodeFromChars(account.HmacKey.AsSpan().Trim());
        }
        catch (FormatException)
        {
            // Without the inner exception: its message might quote the key.
            throw new CertificateException($"The HMAC key of the external account \"{account.KeyId}\" is not base64url.");
        }

        byte[] header = JsonText.Object(json =>
        {
            json.WriteString("alg", "HS256");
            json.WriteString("kid", account.KeyId);
            json.WriteString("url", newAccountUri.AbsoluteUri);
        });
        return Flatten(header, Encoding.ASCII.GetBytes(key.Jwk), input => HMACSHA256.HashData(secret, input));
    }

    private static byte[] Flatten(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Func<byte[], byte[]> sign)
    {
        string protectedPart = Base64Url.EncodeToString(header);
        string payloadPart = Base64Url.EncodeToString(payload);
        byte[] signature = sign(Encoding.ASCII.GetBytes($"{protectedPart}.{payloadPart}"));
        return JsonText.Object(json =>
        {
            json.WriteString("protected", protectedPart);
            json.WriteString("payload", payloadPart);
            json.WriteString("signature", Base64Url.EncodeToString(signature));
        });
    }
}
