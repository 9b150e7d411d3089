using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Sluice.Reactor.Files;

namespace Sluice.Admin.Watching;

/// <summary>How the watched paths look from outside, without reading them: cheap enough to be taken every other second.</summary>
/// <remarks>There may be ten thousands of them: only a digest is held, and the way to a folder is followed once for all of its files.</remarks>
internal sealed class FileStamps : IEquatable<FileStamps>
{
    private readonly byte[] _digest;

    private FileStamps(byte[] digest, IReadOnlyList<string> folders)
    {
        _digest = digest;
        Folders = folders;
    }

    /// <summary>The folders in which something can change that matters, in order.</summary>
    internal IReadOnlyList<string> Folders { get; }

    /// <summary>Looks at files and folders. Blocks as file systems do.</summary>
    internal static FileStamps Take(IReadOnlyList<string> paths)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        Dictionary<string, bool>.AlternateLookup<ReadOnlySpan<char>> direct = new Dictionary<string, bool>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string path in paths)
        {
            if (IsDirect(path, direct) && FileStatus.Read(path, followLinks: false) is { IsLink: false } status)
            {
                Add(digest, status);
                AddFolders(folders, path, status);
                continue;
            }

            LinkChain chain = LinkChain.Follow(path);
            byte[] text = Encoding.UTF8.GetBytes(chain.Stamp);
            digest.AppendData(BitConverter.GetBytes(text.Length));
            digest.AppendData(text);
            folders.UnionWith(chain.Folders);
            if (FileStatus.Read(path) is { IsFolder: true })
            {
                folders.Add(path);
            }
        }

        return new FileStamps(digest.GetHashAndReset(), [.. folders.Order(StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public bool Equals(FileStamps? other) => other is not null && _digest.AsSpan().SequenceEqual(other._digest);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FileStamps);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_digest);

    // Whether no component of the way to a path's folder is a link.
    private static bool IsDirect(ReadOnlySpan<char> path, Dictionary<string, bool>.AlternateLookup<ReadOnlySpan<char>> known)
    {
        ReadOnlySpan<char> folder = Path.GetDirectoryName(path);
        if (!known.TryGetValue(folder, out bool isDirect))
        {
            isDirect = LinkChain.IsDirect(folder.ToString());
            known[folder] = isDirect;
        }

        return isDirect;
    }

    private static void AddFolders(HashSet<string> folders, string path, FileStatus status)
    {
        if (!folders.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Path.GetDirectoryName(path.AsSpan())))
        {
            folders.Add(Path.GetDirectoryName(path) ?? "/");
        }

        if (status.IsFolder)
        {
            folders.Add(path);
        }
    }

    // No text is as long as the first number says: the two kinds of entries can't be taken for one another.
    private static void Add(IncrementalHash digest, FileStatus status)
    {
        ReadOnlySpan<ulong> fields =
        [
            ulong.MaxValue, status.Device, status.Inode, status.SizeBytes, (ulong)status.ModifiedSeconds, status.ModifiedNanoseconds, status.Mode,
        ];
        digest.AppendData(MemoryMarshal.AsBytes(fields));
    }
}
