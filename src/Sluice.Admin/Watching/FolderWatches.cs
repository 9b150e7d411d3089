using Sluice.Reactor.Files;

namespace Sluice.Admin.Watching;

/// <summary>The kernel's word that something happened in one of some folders (inotify(7)).</summary>
/// <remarks>
/// It only makes a look at the files come sooner; whoever looks does so every other second anyway. So a folder that can't be watched, since there
/// are no watches left or it is on a network, costs time and nothing else. One thread at a time changes it.
/// </remarks>
internal sealed class FolderWatches(Action onEvent) : IDisposable
{
    // Each is an inotify watch, and the kernel's limits are shared with all other programs of the user.
    private const int FoldersMax = 32;

    private readonly Dictionary<string, FileSystemWatcher> _watchers = new(StringComparer.Ordinal);

    /// <summary>How many folders the kernel watches.</summary>
    internal int Count => _watchers.Count;

    /// <summary>Watches these folders, and no others.</summary>
    internal void Set(IReadOnlyList<string> folders)
    {
        // A folder that was deleted and made again has another number, and the old watch is dead.
        Dictionary<string, string> wanted = [];
        foreach (string folder in folders.Take(FoldersMax))
        {
            if (FileStatus.Read(folder) is { IsFolder: true } status)
            {
                wanted[$"{status.Device}:{status.Inode} {folder}"] = folder;
            }
        }

        foreach (string key in _watchers.Keys.Where(key => !wanted.ContainsKey(key)).ToList())
        {
            _watchers[key].Dispose();
            _watchers.Remove(key);
        }

        foreach ((string key, string folder) in wanted)
        {
            if (!_watchers.ContainsKey(key) && TryWatch(folder) is { } watcher)
            {
                _watchers[key] = watcher;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Set([]);

    private FileSystemWatcher? TryWatch(string folder)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(folder)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size
                    | NotifyFilters.Attributes,
            };
            watcher.Changed += (_, _) => onEvent();
            watcher.Created += (_, _) => onEvent();
            watcher.Deleted += (_, _) => onEvent();
            watcher.Renamed += (_, _) => onEvent();
            watcher.Error += (_, _) => onEvent();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            watcher?.Dispose();
            return null;
        }
    }
}
