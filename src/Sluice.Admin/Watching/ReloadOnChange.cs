using Sluice.Admin.Reloading;

namespace Sluice.Admin.Watching;

/// <summary>Reloads when a file of the configuration changes, for as long as the configuration says so.</summary>
/// <remarks>Any thread.</remarks>
public sealed class ReloadOnChange : IDisposable
{
    private readonly Reloader _reloader;
    private readonly Lock _gate = new();
    private ConfigWatcher? _watcher;
    private bool _isDisposed;

    /// <summary>Creates it; nothing is watched before <see cref="Follow"/>.</summary>
    /// <param name="reloader">What reloads.</param>
    public ReloadOnChange(Reloader reloader) => _reloader = reloader;

    /// <summary>Begins or ends watching, as the configuration that is served now says. To be called after each reload.</summary>
    public void Follow()
    {
        lock (_gate)
        {
            bool isWanted = _reloader.IsWatching && !_isDisposed;
            if (isWanted && _watcher is null)
            {
                // The name by which .NET's own watchers are told the same.
                bool usesEvents = Environment.GetEnvironmentVariable("DOTNET_USE_POLLING_FILE_WATCHER") is not ("1" or "true");
                var timing = new WatchTiming { UsesEvents = usesEvents };
                _watcher = ConfigWatcher.Start(() => _reloader.Files, () => _reloader.ReloadAsync("file change"), timing, _reloader.IsStale);
            }
            else if (!isWanted)
            {
                _watcher?.Dispose();
                _watcher = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _watcher?.Dispose();
            _watcher = null;
        }
    }
}
