using System.Text.Json;
using Sluice.Certificates.Acme;

namespace Sluice.Certificates.Keeping;

/// <summary>What is noted beside a stored certificate, for operators and for the time after a restart. Losing it loses nothing.</summary>
/// <param name="IssuerName">What the operator called the issuer.</param>
/// <param name="Serial">Which certificate it is about.</param>
/// <param name="ObtainedAt">When it was obtained.</param>
/// <param name="Window">The issuer's renewal window, as last heard; null when there is none.</param>
/// <param name="AskAgainAt">When to ask for the window again.</param>
internal sealed record CertificateDetails(
    string IssuerName, string Serial, DateTimeOffset ObtainedAt, RenewalWindow? Window, DateTimeOffset AskAgainAt)
{
    /// <summary>As JSON, with what else an operator may want to see.</summary>
    public byte[] Write(CertificateSummary summary) => JsonText.Object(
        json =>
        {
            json.WriteString("name", summary.Name);
            json.WriteString("issuer", IssuerName);
            json.WriteString("serial", Serial);
            json.WriteString("not_before", summary.NotBefore);
            json.WriteString("not_after", summary.NotAfter);
            json.WriteString("obtained_at", ObtainedAt);
            if (Window is not null)
            {
                json.WriteString("renewal_window_start", Window.Start);
                json.WriteString("renewal_window_end", Window.End);
            }

            json.WriteString("renewal_information_next", AskAgainAt);
        },
        indented: true);

    /// <summary>Reads them; null when there are none about this certificate.</summary>
    public static CertificateDetails? Read(byte[]? content, string serial)
    {
        try
        {
            JsonElement json = content is null ? default : JsonText.Parse(content);
            if (json.Text("serial") != serial)
            {
                return null;
            }

            RenewalWindow? window = json.Instant("renewal_window_start") is { } start && json.Instant("renewal_window_end") is { } end && start < end
                ? new RenewalWindow(start, end, null)
                : null;
            return new CertificateDetails(
                json.Text("issuer") ?? "",
                serial,
                json.Instant("obtained_at") ?? default,
                window,
                json.Instant("renewal_information_next") ?? default);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
