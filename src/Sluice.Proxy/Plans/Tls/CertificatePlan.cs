using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sluice.Proxy.Plans.Tls;

/// <summary>A certificate with its chain and key, read and checked: the key fits, and everything was readable. What it is served from is held in memory.</summary>
/// <remarks>Two are equal when certificate, chain and key are. About 2 KB each; OpenSSL's objects are made when a handshake first needs them.</remarks>
public sealed class CertificatePlan : IEquatable<CertificatePlan>
{
    private readonly byte[] _key;
    private readonly Digest _identity;
    private string? _fingerprint;

    /// <summary>Takes what was read.</summary>
    /// <param name="chain">The certificate in DER, then its intermediates; at least one.</param>
    /// <param name="key">The private key in DER: PKCS #8, not encrypted.</param>
    /// <param name="names">The names that it covers, in lower case; wildcards as <c>*.example.com</c>; addresses as text.</param>
    public CertificatePlan(PlanList<ReadOnlyMemory<byte>> chain, byte[] key, PlanList<string> names)
    {
        Chain = chain;
        _key = key;
        Names = names;
        _identity = Identify(chain, key);
    }

    /// <summary>The certificate in DER, then its intermediates.</summary>
    public PlanList<ReadOnlyMemory<byte>> Chain { get; }

    /// <summary>The private key in DER.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>The names that it covers, in lower case.</summary>
    public PlanList<string> Names { get; }

    /// <summary>The SHA-256 of the certificate, in hexadecimal.</summary>
    public string Fingerprint => _fingerprint ??= Convert.ToHexStringLower(SHA256.HashData(Chain[0].Span));

    /// <summary>When it begins to be valid.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>When it ends to be valid.</summary>
    public DateTimeOffset NotAfter { get; init; }

    /// <summary>Where it comes from, for messages: a file, or an issuer.</summary>
    public string Source { get; init; } = "";

    /// <summary>The file of the certificate, and what the file system said of it when it was read; null when it comes from no file.</summary>
    public FileStamp? CertificateFile { get; init; }

    /// <summary>The file of the key, likewise.</summary>
    public FileStamp? KeyFile { get; init; }

    /// <summary>Whether it was read although its intermediates may be missing, so that reading it again does so, too.</summary>
    public bool AllowsIncompleteChain { get; init; }

    /// <summary>Whether its key is RSA, and not ECDSA: a name can have one of each.</summary>
    public bool IsRsa { get; init; }

    /// <summary>The OCSP responder that it names (RFC 6960); null for none.</summary>
    public string? OcspResponder { get; init; }

    /// <inheritdoc/>
    public bool Equals(CertificatePlan? other) => other is not null && _identity == other._identity;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CertificatePlan);

    /// <inheritdoc/>
    public override int GetHashCode() => _identity.GetHashCode();

    /// <summary>Names and source; never the key.</summary>
    public override string ToString() => $"{string.Join(", ", Names)} ({Source})";

    private static Digest Identify(PlanList<ReadOnlyMemory<byte>> chain, byte[] key)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<byte> certificate in chain)
        {
            hash.AppendData(certificate.Span);
        }

        hash.AppendData(key);
        ReadOnlySpan<UInt128> halves = MemoryMarshal.Cast<byte, UInt128>(hash.GetHashAndReset());
        return new Digest(halves[0], halves[1]);
    }

    // Of everything, so that comparing takes no time that depends on the key.
    private readonly record struct Digest(UInt128 First, UInt128 Second);
}
