namespace Sluice.Config.Certificates;

/// <summary>Finds the certificates and keys of a folder by their names.</summary>
internal static class CertificateFolder
{
    private const string KeyEnding = ".key";

    private static readonly string[] CertificateEndings = [".pem", ".crt", ".cer"];

    /// <summary>The pairs, in the order of their names; a file of which the key must be inside has none.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">It can't be looked into.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be looked into.</exception>
    internal static IReadOnlyList<CertificateFiles> Find(string path)
    {
        if (FindCertbot(path) is { } only)
        {
            return [only];
        }

        HashSet<string> names = [.. Directory.EnumerateFiles(path)];
        var found = new List<CertificateFiles>();
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            bool isHidden = Path.GetFileName(name).StartsWith('.');
            if (!isHidden && CertificateEndings.Contains(Path.GetExtension(name)) && !IsKeyOfAnother(name))
            {
                string key = Path.ChangeExtension(name, KeyEnding);
                found.Add(new CertificateFiles(name, names.Contains(key) ? key : null));
            }
        }

        found.AddRange(Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal).Select(FindCertbot).OfType<CertificateFiles>());
        return found;
    }

    // The layout of certbot: a folder for each certificate, with its parts beside the whole.
    private static CertificateFiles? FindCertbot(string folder)
    {
        string certificate = Path.Combine(folder, "fullchain.pem");
        return File.Exists(certificate) ? new CertificateFiles(certificate, Path.Combine(folder, "privkey.pem")) : null;
    }

    // NAME.key.pem and NAME-key.pem, as some tools write them.
    private static bool IsKeyOfAnother(string name)
    {
        string stem = Path.GetFileNameWithoutExtension(name);
        return stem.EndsWith(KeyEnding, StringComparison.Ordinal) || stem.EndsWith("-key", StringComparison.Ordinal);
    }
}
