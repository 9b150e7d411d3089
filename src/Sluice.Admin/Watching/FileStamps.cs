using Sluice.Reactor.Files;

namespace Sluice.Admin.Watching;

/// <summary>How the watched paths look from outside, without reading them: cheap enough to be taken every other second.</summary>
internal sealed class FileStamps : IEquatable<FileStamps>
{
    private readonly string[] _stamps;

    private FileStamps(string[] stamps, IReadOnlyList<string> folders)
    {
        _stamps = stamps;
        Folders = folders;
    }

    /// <summary>The folders in which something can change that matters, with which folder it is at present: <c>device:inode path</c>.</summary>
    internal IReadOnlyList<string> Folders { get; }

    /// <summary>Looks at files and folders. Blocks as file systems do.</summary>
    internal static FileStamps Take(IReadOnlyList<string> paths)
    {
        var stamps = new string[paths.Count];
        var folders = new HashSet<string>(StringComparer.Ordinal);
        for (int index = 0; index < paths.Count; index++)
        {
            LinkChain chain = LinkChain.Follow(paths[index]);
            stamps[index] = chain.Stamp;
            folders.UnionWith(chain.Folders);
            if (FileStatus.Read(paths[index]) is { IsFolder: true })
            {
                folders.Add(paths[index]);
            }
        }

        return new FileStamps(stamps, [.. folders.Order(StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public bool Equals(FileStamps? other) => other is not null && _stamps.AsSpan().SequenceEqual(other._stamps);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FileStamps);

    /// <inheritdoc/>
    public override int GetHashCode() => _stamps.Length == 0 ? 0 : _stamps[0].GetHashCode(StringComparison.Ordinal);
}
