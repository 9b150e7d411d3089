namespace Sluice.Certificates.Dns;

/// <summary>
/// Puts TXT records into the DNS and takes them away again, for the challenge dns-01 (RFC 8555, section 8.4).
/// Called from any thread, for several records at once.
/// </summary>
public interface IDnsPublisher
{
    /// <summary>Adds a TXT record; others of the same name stay, for a name and its wildcard are proved under one name.</summary>
    /// <param name="name">The full name of the record without a final dot, such as <c>_acme-challenge.example.com</c>.</param>
    /// <param name="value">The text of the record: 43 characters of base64url.</param>
    /// <param name="ct">Ends the wait; the record may be there then, and is to be removed.</param>
    /// <returns>When the record is visible at the authoritative servers.</returns>
    /// <exception cref="CertificateException">The record was refused, or wasn't visible in time.</exception>
    Task PublishAsync(string name, string value, CancellationToken ct);

    /// <summary>Removes the record with exactly this value; that there is none isn't an error.</summary>
    /// <param name="name">The full name of the record without a final dot.</param>
    /// <param name="value">The text that was published.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="CertificateException">The removal was refused, or nobody answered.</exception>
    Task RemoveAsync(string name, string value, CancellationToken ct);
}
