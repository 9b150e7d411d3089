using System.Security.Cryptography;
using System.Text;

namespace Sluice.Admin.Watching;

/// <summary>What the watched paths hold: a digest of each file's content, and the names in each folder.</summary>
internal sealed class FileContents
{
    private const string Missing = "missing";
    private const string Unreadable = "unreadable";

    // What editors write beside the file they edit: vim, emacs, nano and those that follow them.
    private static readonly string[] BackupEndings = ["~", ".swp", ".swx", ".swo", ".bak", ".tmp", "#"];

    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);

    private FileContents()
    {
    }

    /// <summary>Reads files and folders. Blocks as file systems do.</summary>
    internal static FileContents Read(IReadOnlyList<string> paths)
    {
        var contents = new FileContents();
        foreach (string path in paths)
        {
            contents._digests[path] = DigestOf(path);
        }

        return contents;
    }

    /// <summary>Whether a path that both know holds something else. A path that is new to one of them was read by a load already.</summary>
    internal bool Differs(FileContents before) =>
        _digests.Any(entry => before._digests.TryGetValue(entry.Key, out string? digest) && digest != entry.Value);

    private static string DigestOf(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                IEnumerable<string> names = Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)!);
                return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('/', names.Where(IsOfUser).Order(StringComparer.Ordinal)))));
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Convert.ToHexString(SHA256.HashData(file));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Missing;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unreadable;
        }
    }

    private static bool IsOfUser(string name) =>
        !name.StartsWith('.') && !Array.Exists(BackupEndings, ending => name.EndsWith(ending, StringComparison.Ordinal));
}
