using System.Diagnostics;

namespace Sluice.Admin.Watching;

/// <summary>
/// Notices that a configuration's files changed, however that is done: written in place, in pieces, by a rename over them, by a link that is
/// pointed elsewhere, or deleted and made again.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>Wait for an event from the kernel, and for <see cref="WatchTiming.PollInterval"/> at the most; longer where looking at the files is much work.</item>
/// <item>Look at the files from outside: which they are, sizes, times, where links point.</item>
/// <item>If that differs, look again until nothing changed for <see cref="WatchTiming.Quiet"/>.</item>
/// <item>Read them, unless whoever is told compares them better. Only other content is a change, so that each content is told once, good or bad.</item>
/// </list>
/// One task, which runs on the thread pool.
/// </remarks>
internal sealed class ConfigWatcher : IDisposable
{
    private readonly Func<IReadOnlyList<string>> _paths;
    private readonly Func<Task> _onChanged;
    private readonly WatchTiming _timing;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _event = new(0, 1);
    private readonly FolderWatches _folders;
    private FileStamps _stamps;
    private FileContents? _contents;

    private ConfigWatcher(Func<IReadOnlyList<string>> paths, Func<Task> onChanged, WatchTiming timing, bool readsFiles)
    {
        _paths = paths;
        _onChanged = onChanged;
        _timing = timing;
        _folders = new FolderWatches(Wake);
        _stamps = FileStamps.Take(paths());
        _contents = readsFiles ? FileContents.Read(paths()) : null;
        Rewatch(_stamps);
    }

    /// <summary>Begins to watch; what is there now is taken as known.</summary>
    /// <param name="paths">Full paths of files, and of folders whose names matter; asked again after each change.</param>
    /// <param name="onChanged">Called once per change, one at a time; must not throw.</param>
    /// <param name="timing">How often to look.</param>
    /// <param name="isStale">
    /// Whether something changed between the load and now. Asked once, after a first look at the files, so that no change falls between.
    /// </param>
    /// <param name="readsFiles">Whether files are read before a change is told, so that nobody is told of what was only touched.</param>
    internal static ConfigWatcher Start(
        Func<IReadOnlyList<string>> paths, Func<Task> onChanged, WatchTiming timing, Func<bool>? isStale = null, bool readsFiles = true)
    {
        var watcher = new ConfigWatcher(paths, onChanged, timing, readsFiles);
        _ = Task.Run(() => watcher.RunAsync(isStale ?? (() => false)));
        return watcher;
    }

    /// <summary>How many folders the kernel watches; the others are only looked at now and then.</summary>
    internal int WatchedFolderCount => _folders.Count;

    /// <summary>Stops; a change that is being told goes on.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Wake();
    }

    private void Wake()
    {
        try
        {
            _event.Release();
        }
        catch (SemaphoreFullException)
        {
            // There is an event already that nobody looked into yet.
        }
    }

    private async Task RunAsync(Func<bool> isStale)
    {
        if (isStale())
        {
            await _onChanged().ConfigureAwait(false);
        }

        TimeSpan wait = _timing.PollInterval;
        while (!_stop.IsCancellationRequested)
        {
            // 1. Wait.
            await _event.WaitAsync(wait).ConfigureAwait(false);
            if (!_stop.IsCancellationRequested)
            {
                wait = await LookAsync().ConfigureAwait(false);
            }
        }

        _folders.Dispose();
        _stop.Dispose();
    }

    // The result is how long to wait for the next time.
    private async Task<TimeSpan> LookAsync()
    {
        // 2. Look from outside.
        long start = Stopwatch.GetTimestamp();
        FileStamps stamps = FileStamps.Take(_paths());
        TimeSpan wait = _timing.WaitAfter(Stopwatch.GetElapsedTime(start));
        if (stamps.Equals(_stamps))
        {
            return wait;
        }

        // 3. Wait until all is quiet.
        do
        {
            _stamps = stamps;
            await Task.Delay(_timing.Quiet).ConfigureAwait(false);
            stamps = FileStamps.Take(_paths());
        }
        while (!stamps.Equals(_stamps) && !_stop.IsCancellationRequested);

        // 4. Read.
        Rewatch(stamps);
        if (HasOtherContents() && !_stop.IsCancellationRequested)
        {
            await _onChanged().ConfigureAwait(false);

            // The new configuration may depend on other files.
            Rewatch(FileStamps.Take(_paths()));
            Wake();
        }

        return wait;
    }

    private bool HasOtherContents()
    {
        if (_contents is not { } before)
        {
            return true;
        }

        _contents = FileContents.Read(_paths());
        return _contents.Differs(before);
    }

    private void Rewatch(FileStamps stamps)
    {
        if (_timing.UsesEvents)
        {
            _folders.Set(stamps.Folders);
        }
    }
}
