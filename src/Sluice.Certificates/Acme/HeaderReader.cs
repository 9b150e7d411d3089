using System.Net.Http.Headers;

namespace Sluice.Certificates.Acme;

/// <summary>Header fields of answers that need more than a lookup.</summary>
internal static class HeaderReader
{
    // No issuer asks for longer (rate limits are counted per week); a wrong date can't stop renewals for ever.
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromDays(7);
    private const int AlternatesMax = 8;

    /// <summary>Retry-After in seconds or as a date (RFC 9110, section 10.2.3), between 0 and 7 days.</summary>
    public static TimeSpan? RetryAfter(RetryConditionHeaderValue? value, DateTimeOffset now)
    {
        TimeSpan? wait = value?.Delta ?? (value?.Date - now);
        if (wait is not { } duration)
        {
            return null;
        }

        return duration < TimeSpan.Zero ? TimeSpan.Zero : duration > RetryAfterMax ? RetryAfterMax : duration;
    }

    /// <summary>The targets of <c>rel="alternate"</c> (RFC 8288, section 3), relative ones made absolute.</summary>
    public static IReadOnlyList<Uri> Alternates(IEnumerable<string> links, Uri origin)
    {
        var alternates = new List<Uri>();
        foreach (string part in links.SelectMany(link => link.Split(',')))
        {
            int start = part.IndexOf('<', StringComparison.Ordinal);
            int end = part.IndexOf('>', StringComparison.Ordinal);
            if (start < 0 || end < start || alternates.Count == AlternatesMax)
            {
                continue;
            }

            bool isAlternate = part[(end + 1)..].Split(';', StringSplitOptions.TrimEntries)
                .Any(parameter => parameter.Replace("\"", "", StringComparison.Ordinal).Equals("rel=alternate", StringComparison.OrdinalIgnoreCase));
            if (isAlternate && Uri.TryCreate(origin, part[(start + 1)..end], out Uri? uri))
            {
                alternates.Add(uri);
            }
        }

        return alternates;
    }
}
