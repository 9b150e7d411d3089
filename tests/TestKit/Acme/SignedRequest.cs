using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sluice.TestKit.Acme;

/// <summary>A JWS as it came (RFC 8555, section 6.2), taken apart.</summary>
internal sealed class SignedRequest
{
    private readonly string _signed;
    private readonly byte[] _signature;

    private SignedRequest(string protectedPart, string payloadPart, string signature)
    {
        _signed = $"{protectedPart}.{payloadPart}";
        _signature = Base64Url.DecodeFromChars(signature);
        Header = Parse(protectedPart);
        Payload = payloadPart.Length == 0 ? default : Parse(payloadPart);
    }

    public JsonElement Header { get; }

    /// <summary>Undefined for POST-as-GET.</summary>
    public JsonElement Payload { get; }

    public string? KeyId => Text(Header, "kid");

    public static SignedRequest Read(byte[] content) => Read(JsonDocument.Parse(content).RootElement);

    public static SignedRequest Read(JsonElement json) =>
        new(json.GetProperty("protected").GetString()!, json.GetProperty("payload").GetString()!, json.GetProperty("signature").GetString()!);

    public static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    /// <summary>Whether the key of a JWK signed it with ES256.</summary>
    public bool IsSignedBy(JsonElement jwk)
    {
        using ECDsa key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(Text(jwk, "x")), Y = Base64Url.DecodeFromChars(Text(jwk, "y")) },
        });
        return Text(Header, "alg") == "ES256"
            && key.VerifyData(Encoding.ASCII.GetBytes(_signed), _signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Whether a shared key signed it with HS256.</summary>
    public bool IsSignedBy(byte[] secret) =>
        Text(Header, "alg") == "HS256" && HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(_signed)).AsSpan().SequenceEqual(_signature);

    /// <summary>RFC 7638.</summary>
    public static string ThumbprintOf(JsonElement jwk)
    {
        string canonical = $$"""{"crv":"{{Text(jwk, "crv")}}","kty":"{{Text(jwk, "kty")}}","x":"{{Text(jwk, "x")}}","y":"{{Text(jwk, "y")}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));
    }

    private static JsonElement Parse(string part) => JsonDocument.Parse(Base64Url.DecodeFromChars(part)).RootElement.Clone();
}
