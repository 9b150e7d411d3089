namespace Sluice.Certificates.Programs;

/// <summary>Keeps secrets out of what others say, such as the output of a program that prints its environment.</summary>
internal static class SecretText
{
    /// <summary>Characters that are shown at most.</summary>
    internal const int CharactersMax = 2_048;

    // Shorter values are words like "1" or "true", which would hide half of a message.
    private const int SecretCharactersMin = 6;

    /// <summary>Replaces each secret, and makes one line without control characters of the rest; the last of it if it is long.</summary>
    internal static string Clean(string text, IEnumerable<string?> secrets)
    {
        foreach (string? secret in secrets.Where(secret => secret?.Length >= SecretCharactersMin).OrderByDescending(secret => secret!.Length))
        {
            text = text.Replace(secret!, "***", StringComparison.Ordinal);
        }

        IEnumerable<string> lines = text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string line = string.Concat(string.Join("; ", lines).Select(character => char.IsControl(character) ? ' ' : character));
        return line.Length > CharactersMax ? line[^CharactersMax..] : line;
    }
}
