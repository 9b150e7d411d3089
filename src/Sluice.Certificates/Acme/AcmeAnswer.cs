using System.Text.Json;

namespace Sluice.Certificates.Acme;

/// <summary>A successful answer of an issuer.</summary>
/// <param name="Uri">What was asked.</param>
/// <param name="Status">200 or 201.</param>
/// <param name="Content">Its content, limited in size.</param>
/// <param name="Location">The URL of what was made, or null.</param>
/// <param name="RetryAfter">When to ask again, or null.</param>
/// <param name="Alternates">The URLs of <c>Link: rel="alternate"</c> (RFC 8555, section 7.4.2).</param>
internal sealed record AcmeAnswer(
    Uri Uri, int Status, byte[] Content, Uri? Location, TimeSpan? RetryAfter, IReadOnlyList<Uri> Alternates)
{
    /// <summary>The content as a JSON object.</summary>
    /// <exception cref="AcmeException">It is none.</exception>
    public JsonElement ReadObject()
    {
        try
        {
            JsonElement element = JsonText.Parse(Content);
            if (element.ValueKind == JsonValueKind.Object)
            {
                return element;
            }
        }
        catch (JsonException exception)
        {
            throw new AcmeException($"{Uri.Host}: the answer is no JSON ({Uri.AbsolutePath}).", exception);
        }

        throw new AcmeException($"{Uri.Host}: the answer is no JSON object ({Uri.AbsolutePath}).");
    }
}
