using Sluice.Reactor.Files;

namespace Sluice.Proxy.Caching.Disk;

/// <summary>
/// Whether objects are stored. A disk that is full, or fails, switches that off, and nothing else; it is tried again some time later. One message in a minute says so. Any thread.
/// </summary>
/// <remarks>
/// <code>
///         a write fails                     10 s later
///   On ────────────────▶ Off until a time ────────────▶ On, a message pending: the next write that succeeds says that all is well again
///      ◀──── enough space is free ──── Short of space ◀──── too little is free
/// </code>
/// </remarks>
internal sealed class DiskStoring
{
    /// <summary>After how long it is tried again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>How often is said that nothing is stored.</summary>
    public static readonly TimeSpan MessageEvery = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly string _folder;
    private readonly Lock _lock = new();
    private long _offUntil;
    private long _quietUntil;
    private bool _isShort;
    private bool _isAnnounced;

    /// <summary>Creates it.</summary>
    /// <param name="folder">The folder, for messages.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where messages go.</param>
    public DiskStoring(string folder, TimeProvider time, Action<string> log)
    {
        _folder = folder;
        _time = time;
        _log = log;
        _offUntil = _quietUntil = long.MinValue;
    }

    /// <summary>Whether objects are stored now.</summary>
    public bool IsOn => !Volatile.Read(ref _isShort) && _time.GetTimestamp() >= Volatile.Read(ref _offUntil);

    /// <summary>A write failed.</summary>
    public void OnFailed(FileError error)
    {
        Volatile.Write(ref _offUntil, After(RetryAfter));
        Announce($"{error}; tried again every {RetryAfter.TotalSeconds:0} s");
    }

    /// <summary>A write succeeded.</summary>
    public void OnWritten()
    {
        if (!Volatile.Read(ref _isAnnounced) || Volatile.Read(ref _isShort))
        {
            return;
        }

        bool isNews;
        lock (_lock)
        {
            isNews = _isAnnounced;
            _isAnnounced = false;
        }

        if (isNews)
        {
            _log($"cache: objects are stored in {_folder} again");
        }
    }

    /// <summary>What is free was looked at.</summary>
    public void OnSpace(bool isShort, long freeBytes, long freeBytesMin)
    {
        Volatile.Write(ref _isShort, isShort);
        if (isShort)
        {
            Announce($"{freeBytes} bytes are free on its file system, and {freeBytesMin} have to stay free");
        }
    }

    private long After(TimeSpan span) => _time.GetTimestamp() + (long)(span.TotalSeconds * _time.TimestampFrequency);

    private void Announce(string reason)
    {
        lock (_lock)
        {
            if (_time.GetTimestamp() < _quietUntil)
            {
                return;
            }

            _quietUntil = After(MessageEvery);
            _isAnnounced = true;
        }

        _log($"cache: nothing is stored in {_folder} for now: {reason}");
    }
}
