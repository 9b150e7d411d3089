using System.Globalization;
using System.Text;
using Sluice.Certificates.Storage;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Keeping;

/// <summary>
/// Answers to http-01 in the storage, so that any machine that shares it can give them: who orders doesn't know which machine the
/// issuer's request will reach. Any thread.
/// </summary>
internal sealed class HttpChallengeStore(ICertificateStorage storage, WorkClock clock)
{
    private const string Folder = "challenges/http-01";
    private const int TokenCharsMax = 128;

    // Longer than any attempt: what is left of one that was cut short is removed after it.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);

    /// <summary>Stores an answer.</summary>
    public Task ShowAsync(string token, string keyAuthorization, CancellationToken ct)
    {
        string expiry = (clock.Now + Lifetime).ToString("O", CultureInfo.InvariantCulture);
        return storage.WriteAsync(KeyOf(token), Encoding.ASCII.GetBytes($"{keyAuthorization}\n{expiry}\n"), ct);
    }

    /// <summary>Removes an answer.</summary>
    public Task HideAsync(string token, CancellationToken ct) => storage.DeleteAsync(KeyOf(token), ct);

    /// <summary>The answer to a token; null when nobody shows one.</summary>
    public async Task<string?> FindAsync(string token, CancellationToken ct)
    {
        if (!IsStorable(token) || await storage.ReadAsync(KeyOf(token), ct) is not { } content)
        {
            return null;
        }

        string[] lines = Encoding.ASCII.GetString(content).Split('\n');
        return IsCurrent(lines) ? lines[0] : null;
    }

    /// <summary>Removes what attempts that were cut short left behind.</summary>
    public async Task RemoveExpiredAsync(CancellationToken ct)
    {
        foreach (string key in await storage.ListAsync(Folder, ct))
        {
            byte[]? content = await storage.ReadAsync(key, ct);
            if (content is not null && !IsCurrent(Encoding.ASCII.GetString(content).Split('\n')))
            {
                await storage.DeleteAsync(key, ct);
            }
        }
    }

    // Also from requests of strangers: what is no token never reaches the storage.
    private static bool IsStorable(string token) =>
        token.Length is > 0 and <= TokenCharsMax && token.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    private static string KeyOf(string token) =>
        IsStorable(token) ? $"{Folder}/{token}" : throw new CertificateException("The issuer's token is no base64url of up to 128 characters.");

    private bool IsCurrent(string[] lines) =>
        lines.Length > 1
        && DateTimeOffset.TryParse(lines[1], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset expiry)
        && clock.Now < expiry;
}
