namespace Sluice.Certificates.Ocsp;

/// <summary>
/// Keeps staples for a set of certificates fresh: asked for at once, then at half of their validity; after a failure later and later, while the
/// old one is used until it ends. One that says "revoked" is reported and never stapled. Any thread.
/// </summary>
public sealed class OcspKeeper : IDisposable
{
    // Responders are somebody else's, and most certificates have the same one.
    private const int AskedAtOnceMax = 4;

    // The clock is looked at instead of setting timers for days, which stand still while a machine sleeps.
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, OcspEntry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<OcspEntry> _due = new();
    private readonly Func<string, string, CancellationToken, Task<OcspStaple>> _fetch;
    private readonly TimeProvider _time;
    private readonly Action<string, byte[]?> _publish;
    private readonly Action<string> _warn;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly ITimer _timer;
    private int _askedCount;

    /// <summary>Makes one that keeps nothing yet.</summary>
    /// <param name="fetcher">Asks; not disposed by this.</param>
    /// <param name="time">The time.</param>
    /// <param name="publish">
    /// Gets the key of a certificate and what to staple to it from now on, null for nothing. Called one at a time; must not call back.
    /// </param>
    /// <param name="warn">Gets what an operator should know.</param>
    public OcspKeeper(OcspFetcher fetcher, TimeProvider time, Action<string, byte[]?> publish, Action<string> warn)
        : this(fetcher.FetchAsync, time, publish, warn)
    {
    }

    /// <summary>Makes one that asks in another way.</summary>
    internal OcspKeeper(Func<string, string, CancellationToken, Task<OcspStaple>> fetch, TimeProvider time, Action<string, byte[]?> publish, Action<string> warn)
    {
        _fetch = fetch;
        _time = time;
        _publish = publish;
        _warn = warn;
        _stopped = _stop.Token;
        _timer = time.CreateTimer(static keeper => ((OcspKeeper)keeper!).Tick(), this, TickPeriod, TickPeriod);
    }

    /// <summary>How it is with each certificate that names a responder, in the order of keys.</summary>
    public IReadOnlyList<OcspStatus> Status
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries.Values.Select(entry => entry.Status).OrderBy(status => status.Key, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>
    /// Keeps staples for exactly these certificates from now on. Those that stay keep theirs. Certificates that name no responder, or come
    /// without their issuer, are left out: nothing can be stapled to them.
    /// </summary>
    public void Update(IReadOnlyCollection<OcspTarget> targets)
    {
        lock (_lock)
        {
            Dictionary<string, OcspTarget> wanted = targets.ToDictionary(target => target.Key, StringComparer.Ordinal);
            foreach (OcspEntry gone in _entries.Values.Where(entry => wanted.GetValueOrDefault(entry.Target.Key) != entry.Target).ToList())
            {
                _entries.Remove(gone.Target.Key);
                Unpublish(gone);
            }

            foreach (OcspTarget target in targets.Where(target => !_entries.ContainsKey(target.Key)))
            {
                if (target.TrySplit(out string certificatePem, out string issuerPem))
                {
                    _entries.Add(target.Key, new OcspEntry(target, certificatePem, issuerPem));
                }
            }
        }

        Tick();
    }

    /// <summary>Ends asking; what is stapled stays.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopped.IsCancellationRequested)
            {
                return;
            }

            _timer.Dispose();
            _entries.Clear();
            _due.Clear();
            _stop.Cancel();
        }

        _stop.Dispose();
    }

    private void Tick()
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            foreach (OcspEntry entry in _entries.Values)
            {
                if (entry.Staple is { } staple && staple.NextUpdate <= now)
                {
                    Unpublish(entry);
                    _warn($"{entry.Target.Key}: the OCSP response ended to be valid at {staple.NextUpdate:u}, and there is no new one: {entry.Problem ?? "none was asked for in time"}");
                }

                if (!entry.IsBusy && entry.RefreshAt <= now)
                {
                    entry.IsBusy = true;
                    _due.Enqueue(entry);
                }
            }

            AskNext();
        }
    }

    // Within the lock.
    private void AskNext()
    {
        while (_askedCount < AskedAtOnceMax && _due.TryDequeue(out OcspEntry? entry))
        {
            if (IsKept(entry))
            {
                _askedCount++;
                _ = Task.Run(() => AskAsync(entry));
            }
        }
    }

    private async Task AskAsync(OcspEntry entry)
    {
        OcspStaple? staple = null;
        CertificateException? failure = null;
        try
        {
            staple = await _fetch(entry.CertificatePem, entry.IssuerPem, _stopped);
        }
        catch (CertificateException exception)
        {
            failure = exception;
        }
        catch (OperationCanceledException)
        {
            // Nobody wants it any more.
        }
        finally
        {
            End(entry, staple, failure);
        }
    }

    private void End(OcspEntry entry, OcspStaple? staple, CertificateException? failure)
    {
        lock (_lock)
        {
            _askedCount--;
            entry.IsBusy = false;
            if (IsKept(entry))
            {
                Take(entry, staple, failure);
            }

            AskNext();
        }
    }

    private bool IsKept(OcspEntry entry) => ReferenceEquals(_entries.GetValueOrDefault(entry.Target.Key), entry);

    // Within the lock.
    private void Take(OcspEntry entry, OcspStaple? staple, CertificateException? failure)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (staple is not null)
        {
            entry.Succeed(staple, now);
            _publish(entry.Target.Key, staple.Der);
        }
        else if (failure is not null)
        {
            if (entry.Fail(failure, now))
            {
                _publish(entry.Target.Key, null);
            }

            _warn($"{entry.Target.Key}: no OCSP response: {failure.Message}");
        }
    }

    // Within the lock.
    private void Unpublish(OcspEntry entry)
    {
        if (entry.DropStaple())
        {
            _publish(entry.Target.Key, null);
        }
    }
}
