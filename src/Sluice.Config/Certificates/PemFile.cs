using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Certificates;

/// <summary>A file with certificates, keys or revocation lists in PEM, and what the file system says of it.</summary>
/// <param name="Stamp">The file as it was when it was read; links are followed.</param>
/// <param name="Blocks">What it holds, in its order.</param>
/// <param name="HasEncrypted">Whether something in it is encrypted the old way, by a header (RFC 1421), which is no block then.</param>
internal sealed record PemFile(FileStamp Stamp, IReadOnlyList<PemBlock> Blocks, bool HasEncrypted)
{
    /// <summary>The largest file that is read. A bundle with all roots of a system has 0.2 MB, a revocation list may have several.</summary>
    internal const int BytesMax = 32 * 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <exception cref="IOException">It can't be read, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    internal static PemFile Read(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        var stamp = new FileStamp(path, RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks);
        if (stamp.Length > BytesMax)
        {
            throw new IOException($"it is larger than {BytesMax / 1024 / 1024} MiB");
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent((int)stamp.Length + 1);
        try
        {
            ReadOnlySpan<byte> content = rented.AsSpan(0, ReadAll(file, rented));
            return new PemFile(stamp, Parse(content), content.IndexOf("ENCRYPTED"u8) >= 0);
        }
        finally
        {
            // It may be a key.
            CryptographicOperations.ZeroMemory(rented);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>What the file system says of a file; null when it can't be opened.</summary>
    internal static FileStamp? StampOf(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            return new FileStamp(path, RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int ReadAll(SafeFileHandle file, byte[] into)
    {
        int length = 0;
        int read;
        while (length < into.Length && (read = RandomAccess.Read(file, into.AsSpan(length), length)) > 0)
        {
            length += read;
        }

        return length;
    }

    private static List<PemBlock> Parse(ReadOnlySpan<byte> content)
    {
        var blocks = new List<PemBlock>();
        while (PemEncoding.TryFindUtf8(content, out PemFields fields))
        {
            var decoded = new byte[fields.DecodedDataLength];
            Base64.DecodeFromUtf8(content[fields.Base64Data], decoded, out _, out int length);
            blocks.Add(new PemBlock(Encoding.UTF8.GetString(content[fields.Label]), length == decoded.Length ? decoded : decoded[..length]));
            content = content[fields.Location.End..];
        }

        return blocks;
    }
}
