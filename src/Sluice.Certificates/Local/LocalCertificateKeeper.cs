namespace Sluice.Certificates.Local;

/// <summary>
/// Keeps certificates of the local authority for a set of names: issued when a name comes, renewed at two thirds of their life, withdrawn
/// when it goes. Any thread.
/// </summary>
public sealed class LocalCertificateKeeper : IDisposable
{
    // The clock is looked at every minute instead of setting a timer for hours: timers stand still while a laptop sleeps.
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LocalCertificateStatus> _names = new(StringComparer.Ordinal);
    private readonly LocalAuthority _authority;
    private readonly ICertificateConsumer _consumer;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private ITimer? _timer;
    private DateTimeOffset _authorityCheckedAt;

    /// <summary>Makes one that keeps nothing yet.</summary>
    /// <param name="authority">Issues; not disposed by this.</param>
    /// <param name="consumer">Gets the certificates. Called by <see cref="Start"/>, <see cref="Update"/> and by timers; must not call back.</param>
    /// <param name="time">The time.</param>
    /// <param name="warn">Gets what an operator should know: what failed, and that a new root is to be trusted.</param>
    public LocalCertificateKeeper(LocalAuthority authority, ICertificateConsumer consumer, TimeProvider time, Action<string> warn)
    {
        _authority = authority;
        _consumer = consumer;
        _time = time;
        _warn = warn;
        _stopped = _stop.Token;
    }

    /// <summary>How each name is, in the order of names.</summary>
    public IReadOnlyList<LocalCertificateStatus> Status
    {
        get
        {
            lock (_lock)
            {
                return [.. _names.Values.OrderBy(status => status.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Begins to keep these names; when it returns, their certificates are installed. Once.</summary>
    public void Start(IReadOnlyCollection<string> names)
    {
        Update(names);
        lock (_lock)
        {
            _authorityCheckedAt = _time.GetUtcNow();
            _timer ??= _time.CreateTimer(static keeper => _ = ((LocalCertificateKeeper)keeper!).TickAsync(), this, TickPeriod, TickPeriod);
        }
    }

    /// <summary>Keeps exactly these names from now on. Those that stay keep their certificates.</summary>
    /// <exception cref="ArgumentException">A name is not local: see <see cref="LocalAuthority.Covers"/>. Nothing is changed then.</exception>
    public void Update(IReadOnlyCollection<string> names)
    {
        if (names.FirstOrDefault(name => !LocalAuthority.Covers(name)) is { } foreign)
        {
            throw new ArgumentException($"`{foreign}` is not a local name", nameof(names));
        }

        HashSet<string> wanted = [.. names.Select(name => name.ToLowerInvariant())];
        lock (_lock)
        {
            foreach (string gone in _names.Keys.Where(name => !wanted.Contains(name)).ToList())
            {
                _names.Remove(gone);
                _consumer.Withdraw(gone);
            }

            foreach (string name in wanted.Where(name => !_names.ContainsKey(name)))
            {
                Renew(name);
            }
        }
    }

    /// <summary>Ends renewing; what is installed stays installed.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopped.IsCancellationRequested)
            {
                return;
            }

            _timer?.Dispose();
            _timer = null;
            _names.Clear();
            _stop.Cancel();
        }

        _stop.Dispose();
    }

    private async Task TickAsync()
    {
        try
        {
            await CheckAuthorityAsync();
        }
        catch (CertificateException exception)
        {
            _warn($"the local authority can't be renewed: {exception.Message}");
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            foreach (string due in _names.Values.Where(status => status.RenewAt <= now).Select(status => status.Name).ToList())
            {
                Renew(due);
            }
        }
    }

    private async Task CheckAuthorityAsync()
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            if (now - _authorityCheckedAt < TimeSpan.FromDays(1))
            {
                return;
            }

            _authorityCheckedAt = now;
        }

        if (await _authority.RenewIfDueAsync(_stopped))
        {
            _warn($"the local authority has a new root: run `sluice trust` ({_authority.RootFile})");
        }
    }

    // Within the lock.
    private void Renew(string name)
    {
        DateTimeOffset now = _time.GetUtcNow();
        try
        {
            CertificatePair pair = _authority.Issue(name);
            _consumer.Install(pair);
            _names[name] = new LocalCertificateStatus(name, pair.NotAfter, now + ((pair.NotAfter - now) * 2 / 3), Problem: null);
        }
        catch (CertificateException exception)
        {
            _names[name] = new LocalCertificateStatus(name, _names.GetValueOrDefault(name)?.NotAfter, now + TickPeriod, exception.Message);
            _warn($"no certificate for {name}: {exception.Message}");
        }
    }
}
