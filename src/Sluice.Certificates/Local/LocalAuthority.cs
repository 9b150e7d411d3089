namespace Sluice.Certificates.Local;

/// <summary>
/// Issues certificates for local names, by an authority that only this machine knows: <c>sluice trust</c> has its programs trust the root.
/// It is made once, kept in a folder, and lasts for ten years. A year before its end a successor is made, so that both can be trusted; it
/// takes over 30 days before the end. Any thread.
/// </summary>
public sealed class LocalAuthority : IDisposable
{
    private const string FolderName = "local";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan SuccessorBefore = TimeSpan.FromDays(365);
    private static readonly TimeSpan TakeOverBefore = TimeSpan.FromDays(30);
    private static readonly TimeSpan LockWaitMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly IssuerFile _currentFile;
    private readonly IssuerFile _nextFile;
    private readonly IssuerFile _rootFile;
    private LocalIssuer _current = null!;
    private LocalIssuer? _next;

    private LocalAuthority(string folder, TimeProvider time)
    {
        _folder = folder;
        _time = time;
        _currentFile = new IssuerFile(Path.Combine(folder, "authority.pem"));
        _nextFile = new IssuerFile(Path.Combine(folder, "next.pem"));
        RootFile = Path.Combine(folder, "root.pem");
        _rootFile = new IssuerFile(RootFile);
    }

    /// <summary>A file with the roots in PEM and nothing secret, for clients that are told by hand; readable by its owner only.</summary>
    public string RootFile { get; }

    /// <summary>The root of what is issued now, in PEM.</summary>
    public string RootPem => Current.RootPem;

    /// <summary>All roots to be trusted, in PEM, one by one: that of what is issued now, and that of its successor once there is one.</summary>
    public IReadOnlyList<string> RootPems
    {
        get
        {
            lock (_lock)
            {
                return _next is null ? [_current.RootPem] : [_current.RootPem, _next.RootPem];
            }
        }
    }

    /// <summary>When the root ends to be valid.</summary>
    public DateTimeOffset RootNotAfter => Current.NotAfter;

    private LocalIssuer Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>
    /// Opens the authority in the folder <c>local</c> of a folder, and makes it when there is none. What is made is readable by its owner only.
    /// </summary>
    /// <param name="folder">The storage folder, such as <see cref="StorageFolder.Default"/>; made when it is missing.</param>
    /// <param name="time">The time.</param>
    /// <exception cref="CertificateException">The folder can't be used, or holds something that isn't an authority.</exception>
    public static async Task<LocalAuthority> OpenAsync(string folder, TimeProvider time)
    {
        var authority = new LocalAuthority(Path.Combine(folder, FolderName), time);
        await authority.LoadAsync(CancellationToken.None);
        return authority;
    }

    /// <summary>Reads the roots of an authority as <see cref="RootPems"/> has them, and changes and makes nothing.</summary>
    /// <param name="folder">The storage folder.</param>
    /// <returns>Empty when there is no authority.</returns>
    /// <exception cref="CertificateException">It can't be read.</exception>
    public static IReadOnlyList<string> FindRoots(string folder)
    {
        var authority = new LocalAuthority(Path.Combine(folder, FolderName), TimeProvider.System);
        using LocalIssuer? current = authority._currentFile.Read();
        using LocalIssuer? next = authority._nextFile.Read();
        return [.. new[] { current, next }.OfType<LocalIssuer>().Select(issuer => issuer.RootPem).Distinct()];
    }

    /// <summary>
    /// Whether it issues for a name: <c>localhost</c>, names below <c>localhost</c> and <c>internal</c>, and loopback addresses, in any case.
    /// Also <c>*</c> as first label; but many clients don't take a wildcard directly below <c>localhost</c> or <c>internal</c>.
    /// </summary>
    public static bool Covers(string name) => LocalNames.Contain(name);

    /// <summary>Issues a certificate for 12 hours, with a new key. Takes about a millisecond, and touches no file.</summary>
    /// <exception cref="ArgumentException">It doesn't issue for that name.</exception>
    /// <exception cref="CertificateException">The authority itself is not valid any more.</exception>
    public CertificatePair Issue(string name)
    {
        if (!Covers(name))
        {
            throw new ArgumentException($"`{name}` is not a local name", nameof(name));
        }

        return Current.Issue(name.ToLowerInvariant(), _time.GetUtcNow());
    }

    /// <summary>Makes a successor, or has it take over, when it is time; otherwise does nothing. To be called once a day or more.</summary>
    /// <returns>True when <see cref="RootPems"/> changed.</returns>
    /// <exception cref="CertificateException">The files can't be read or written; what is there is used on.</exception>
    public async Task<bool> RenewIfDueAsync(CancellationToken ct)
    {
        bool isDue;
        lock (_lock)
        {
            TimeSpan left = _current.NotAfter - _time.GetUtcNow();
            isDue = left < TakeOverBefore || (left < SuccessorBefore && _next is null);
        }

        return isDue && await LoadAsync(ct);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _current.Dispose();
            _next?.Dispose();
        }
    }

    // Under a lock that other processes with the same folder take, too: they all get the same authority.
    private async Task<bool> LoadAsync(CancellationToken ct)
    {
        MakeFolder();
        await using FileStream held = await TakeFileLockAsync(ct);
        DateTimeOffset now = _time.GetUtcNow();
        (LocalIssuer current, LocalIssuer? next) = Find(now);
        if (next is null && current.NotAfter - now < SuccessorBefore)
        {
            next = MakeIn(_nextFile, now);
        }

        if (next is not null && current.NotAfter - now < TakeOverBefore)
        {
            _currentFile.Write(next.WritePem());
            _nextFile.Delete();
            current = next;
            next = null;
        }

        return Take(current, next);
    }

    // What there is, or a new one. A process that ended while a successor took over may have left it in both places, where it would be its own successor and none would
    // be made in time; and one that is all there is has been trusted for up to a year.
    private (LocalIssuer Current, LocalIssuer? Next) Find(DateTimeOffset now)
    {
        LocalIssuer? current = _currentFile.Read();
        LocalIssuer? next = _nextFile.Read();
        if (next is null)
        {
            return (current ?? MakeIn(_currentFile, now), null);
        }

        if (current is null)
        {
            _currentFile.Write(next.WritePem());
        }
        else if (current.RootPem != next.RootPem)
        {
            return (current, next);
        }

        _nextFile.Delete();
        return (next, null);
    }

    private bool Take(LocalIssuer current, LocalIssuer? next)
    {
        string roots = current.RootPem + next?.RootPem;
        if (_rootFile.ReadText() != roots)
        {
            _rootFile.Write(roots);
        }

        lock (_lock)
        {
            // What was used before may be issuing in another thread; the collector takes it.
            bool isChanged = _current is not null && (_current.RootPem, _next?.RootPem) != (current.RootPem, next?.RootPem);
            _current = current;
            _next = next;
            return isChanged;
        }
    }

    private static LocalIssuer MakeIn(IssuerFile file, DateTimeOffset now)
    {
        var issuer = LocalIssuer.Create(now);
        file.Write(issuer.WritePem());
        return issuer;
    }

    private void MakeFolder()
    {
        try
        {
            // One by one: those on the way to the last would else get the usual mode.
            Directory.CreateDirectory(Path.GetDirectoryName(_folder)!, OwnerOnly);
            Directory.CreateDirectory(_folder, OwnerOnly);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"the folder {_folder} of the local authority can't be made: {exception.Message}", exception);
        }
    }

    private async Task<FileStream> TakeFileLockAsync(CancellationToken ct)
    {
        string path = Path.Combine(_folder, ".lock");
        long start = _time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                });
            }
            catch (UnauthorizedAccessException exception)
            {
                throw new CertificateException($"the folder {_folder} of the local authority can't be used: {exception.Message}", exception);
            }
            catch (IOException exception) when (_time.GetElapsedTime(start) > LockWaitMax)
            {
                throw new CertificateException($"the folder {_folder} of the local authority is in use by another process: {exception.Message}", exception);
            }
            catch (IOException)
            {
                await Task.Delay(LockPause, _time, ct);
            }
        }
    }
}
