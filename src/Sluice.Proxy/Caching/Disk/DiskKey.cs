using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>What an object is known by in the index, and where its file is.</summary>
/// <param name="Name">
/// The first half of the SHA-256 of the key: the file's name. Two keys that share it, which takes about 2^64 tries, replace each other; neither is served for the other, as
/// the file has the whole key.
/// </param>
/// <param name="Url">A hash of the URL that the key begins with: everything that is stored for one has it in common.</param>
internal readonly record struct DiskKey(UInt128 Name, ulong Url)
{
    /// <summary>The length of the names of files.</summary>
    public const int NameBytes = 32;

    /// <summary>How many folders files are spread over: two levels of 256.</summary>
    public const int Folders = 65_536;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The folder of the file, 0 to 65,535: the first four digits of its name.</summary>
    public int Folder => FolderOf(Name);

    /// <summary>What a key is known by. Allocates nothing; takes about a microsecond.</summary>
    public static DiskKey Of(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        int end = key.IndexOfAny((byte)0, (byte)1);
        return new DiskKey(BinaryPrimitives.ReadUInt128BigEndian(hash), OfUrl(end < 0 ? key : key[..end]));
    }

    /// <summary>The hash of a URL.</summary>
    public static ulong OfUrl(ReadOnlySpan<byte> url)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(url, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>The folder of a file of that name.</summary>
    public static int FolderOf(UInt128 name) => (int)(name >> 112);

    /// <summary>Writes the name of a file: <see cref="NameBytes"/> hexadecimal digits.</summary>
    public static void WriteName(UInt128 name, Span<byte> destination) => name.TryFormat(destination, out _, "x32", CultureInfo.InvariantCulture);

    /// <summary>Whether a name has only the digits that names have.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(Digits);

    /// <summary>Reads the name of a file.</summary>
    public static bool TryReadName(ReadOnlySpan<byte> text, out UInt128 name)
    {
        name = default;
        return text.Length == NameBytes && IsNumber(text)
            && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out name);
    }
}
