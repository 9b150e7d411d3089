namespace Sluice.Certificates.Dns.Hooks;

/// <summary>Keeps secrets out of what others say, such as the output of a program that prints its environment.</summary>
internal static class SecretText
{
    // Shorter values are words like "1" or "true", which would hide half of a message.
    private const int SecretCharactersMin = 6;

    /// <summary>Replaces each secret, and makes one line without control characters of the rest.</summary>
    internal static string Clean(string text, IEnumerable<string?> secrets)
    {
        foreach (string? secret in secrets.Where(secret => secret?.Length >= SecretCharactersMin).OrderByDescending(secret => secret!.Length))
        {
            text = text.Replace(secret!, "***", StringComparison.Ordinal);
        }

        IEnumerable<string> lines = text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Concat(string.Join("; ", lines).Select(character => char.IsControl(character) ? ' ' : character));
    }
}
