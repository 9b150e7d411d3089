using System.Text.Json;

namespace Sluice.Certificates.Acme;

/// <summary>When an issuer wants a certificate to be renewed (RFC 9773, section 4.2).</summary>
/// <param name="Start">Not earlier.</param>
/// <param name="End">Not later; after the start.</param>
/// <param name="RetryAfter">When to ask again; null when the issuer doesn't say.</param>
internal sealed record RenewalWindow(DateTimeOffset Start, DateTimeOffset End, TimeSpan? RetryAfter)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="AcmeException">It has no window, or one that ends before it starts.</exception>
    public static RenewalWindow Read(AcmeAnswer answer)
    {
        JsonElement json = answer.ReadObject();
        if (json.Member("suggestedWindow") is { } window && window.Instant("start") is { } start && window.Instant("end") is { } end && start < end)
        {
            return new RenewalWindow(start, end, answer.RetryAfter);
        }

        throw new AcmeException($"{answer.Uri.Host}: the renewal information has no window that makes sense.");
    }
}
