using System.Security.Cryptography;
using System.Text;

namespace Sluice.Certificates.Storage;

/// <summary>Keys of a storage: what is allowed, and what names become. A key can't lead out of the storage's folder.</summary>
public static class StorageKeys
{
    private const int KeyCharsMax = 1024;

    // File systems take 255 bytes; a lock and a temporary file add to it.
    private const int SegmentCharsMax = 180;

    /// <summary>Whether a key is one.</summary>
    public static bool IsValid(string key) => key.Length is > 0 and <= KeyCharsMax && key.Split('/').All(IsSegment);

    /// <summary>
    /// A name as one segment, readable and without collisions: lower case, <c>*</c> is <c>wildcard_</c>, <c>:</c> is <c>_</c>,
    /// anything else outside of <c>a-z 0-9 . -</c> is <c>_</c> and its UTF-8 in hexadecimal. A long one is cut and gets its hash.
    /// </summary>
    public static string SegmentOf(string name)
    {
        var segment = new StringBuilder();
        foreach (byte value in Encoding.UTF8.GetBytes(name.ToLowerInvariant()))
        {
            char character = (char)value;
            bool isPlain = char.IsAsciiLetterOrDigit(character) || character == '-' || (character == '.' && segment.Length > 0);
            segment.Append(isPlain ? character : character switch { '*' => "wildcard_", ':' => "_", _ => $"_{value:x2}" });
        }

        if (segment.Length is > 0 and <= SegmentCharsMax)
        {
            return segment.ToString();
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32];
        return segment.Length == 0 ? $"_{hash}" : $"{segment.ToString(0, SegmentCharsMax - hash.Length - 1)}_{hash}";
    }

    private static bool IsSegment(string segment) =>
        segment.Length is > 0 and <= 255 && segment[0] != '.'
        && segment.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');
}
