namespace Sluice.Certificates.Ocsp;

/// <summary>An answer that was checked and may be stapled to handshakes.</summary>
/// <param name="Der">The response (RFC 6960, section 4.2.1) in DER.</param>
/// <param name="ThisUpdate">From when on it is valid.</param>
/// <param name="NextUpdate">When it ends to be valid.</param>
public sealed record OcspStaple(byte[] Der, DateTimeOffset ThisUpdate, DateTimeOffset NextUpdate)
{
    /// <summary>Its validity; the bytes would say nothing.</summary>
    public override string ToString() => $"OCSP response from {ThisUpdate:u} until {NextUpdate:u}";
}
