using Sluice.Reactor.Files;

namespace Sluice.Admin.Watching;

/// <summary>The way from a path to the file it stands for: every symbolic link on it, and the file itself. Blocks as file systems do.</summary>
/// <param name="Folders">The folders in which a change can lead elsewhere: those of the links, and that of the file.</param>
/// <param name="Stamp">Equal as long as nothing on the way changed: links with their targets, then which file it is, its size and time.</param>
internal sealed record LinkChain(IReadOnlyList<string> Folders, string Stamp)
{
    // As in the kernel (path_resolution(7)); more is a circle.
    private const int LinksMax = 40;

    /// <summary>Follows a path.</summary>
    /// <param name="path">An absolute path; nothing of it needs to exist.</param>
    internal static LinkChain Follow(string path)
    {
        var folders = new List<string>();
        var links = new List<string>();
        string rest = path;
        while (links.Count < LinksMax && FindLink(rest) is { } link)
        {
            folders.Add(FolderOf(link.Path));
            links.Add($"{link.Path}>{link.Target}");
            rest = Path.GetFullPath(Path.Combine(FolderOf(link.Path), link.Target)) + link.Below;
        }

        folders.Add(FolderOf(rest));
        string file = FileStatus.Read(path) is { } status
            ? $"{status.Device}:{status.Inode} {status.SizeBytes} {status.ModifiedSeconds}.{status.ModifiedNanoseconds} {status.Mode}"
            : "missing";
        return new LinkChain([.. folders.Distinct()], $"{string.Join('|', links)}|{file}");
    }

    /// <summary>Whether no component of a path is a link.</summary>
    /// <param name="path">An absolute path.</param>
    internal static bool IsDirect(string path) => FindLink(path) is null;

    // The first component from the left that is a link, with what follows behind it.
    private static (string Path, string Target, string Below)? FindLink(string path)
    {
        int end = 0;
        while (end < path.Length)
        {
            int slash = path.IndexOf('/', end + 1);
            end = slash < 0 ? path.Length : slash;
            string prefix = path[..end];
            if (FileStatus.Read(prefix, followLinks: false) is not { } status)
            {
                return null;
            }

            // A link that is gone since is a change that the next look sees.
            if (status.IsLink && new FileInfo(prefix).LinkTarget is { } target)
            {
                return (prefix, target, path[end..]);
            }
        }

        return null;
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) ?? "/";
}
