using Sluice.Certificates.Dns;
using Sluice.Certificates.Storage;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Keeping;

/// <summary>
/// Keeps certificates for a list of names: serves what is stored, orders what is missing, renews what is due, and goes on trying. A certificate
/// that is served stays so through every failure. Members may be called from any thread; nothing here runs on the way of a request.
/// </summary>
public sealed class CertificateKeeper : IAsyncDisposable
{
    private const int LoadsAtOnce = 8;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KeptName> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IDisposable> _retired = [];
    private readonly List<Task> _tasks = [];
    private readonly KeeperContext _context;
    private readonly IKeeperLog _log;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private IDnsPublisher? _dns;
    private bool _isStarted;
    private bool _isRunning;

    /// <summary>Made, and not started.</summary>
    /// <param name="plan">What to keep.</param>
    /// <param name="consumer">Who serves it.</param>
    /// <param name="storage">Where it is kept.</param>
    /// <param name="dns">Who publishes records for dns-01; null when nobody does.</param>
    /// <param name="time">The time.</param>
    /// <param name="log">Who is told what happens.</param>
    public CertificateKeeper(
        AutomationPlan plan, ICertificateConsumer consumer, ICertificateStorage storage, IDnsPublisher? dns, TimeProvider time, IKeeperLog log)
        : this(plan, consumer, storage, dns, new WorkClock(time), log, new KeeperLimits())
    {
    }

    internal CertificateKeeper(
        AutomationPlan plan,
        ICertificateConsumer consumer,
        ICertificateStorage storage,
        IDnsPublisher? dns,
        WorkClock clock,
        IKeeperLog log,
        KeeperLimits limits)
    {
        _context = new KeeperContext(consumer, storage, clock, log, limits);
        _log = log;
        _dns = dns;
        _context.Plan = Compile(plan, dns, null);
        AddNames(plan);
    }

    /// <summary>Completes after <see cref="Start"/> when every stored certificate was given to the consumer.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>How each certificate is doing, by name.</summary>
    public IReadOnlyList<CertificateStatus> Status
    {
        get
        {
            lock (_lock)
            {
                return [.. _names.Values.Select(kept => kept.Status).OrderBy(status => status.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Begins. First what is stored is served, then what is missing or due is ordered. Once.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_isStarted)
            {
                throw new InvalidOperationException("The keeper was started before.");
            }

            _isStarted = true;
            _tasks.Add(_context.Clock.Start(RunAsync));
        }
    }

    /// <summary>Keeps to another plan, with the publisher of DNS records as before.</summary>
    public void Update(AutomationPlan plan) => Update(plan, _dns);

    /// <summary>
    /// Keeps to another plan from now on: names come and go, orders on their way for names that stay go on. Certificates of names that went
    /// are withdrawn from the consumer and stay in the storage.
    /// </summary>
    /// <param name="plan">What to keep.</param>
    /// <param name="dns">Who publishes records; give the same object while nothing about it changed.</param>
    public void Update(AutomationPlan plan, IDnsPublisher? dns)
    {
        lock (_lock)
        {
            CompiledPlan before = _context.Plan;
            _context.Plan = Compile(plan, dns, before);
            _dns = dns;
            var wanted = plan.Names.ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (KeptName kept in _names.Values.ToList())
            {
                bool stays = wanted.Contains(kept.Name) || (kept.Source == CertificateSource.OnDemand && plan.OnDemand is not null);
                if (!stays)
                {
                    Remove(kept);
                }
            }

            AddNames(plan);
            foreach (KeptName kept in _names.Values)
            {
                kept.Wake();
            }
        }
    }

    /// <summary>Renews now what isn't due. Completes after one attempt for each, whose outcome <see cref="Status"/> tells.</summary>
    /// <param name="name">Which; null for all.</param>
    /// <exception cref="CertificateException">The name is not kept, or the keeper isn't started.</exception>
    public Task RenewAsync(string? name)
    {
        lock (_lock)
        {
            if (!_isStarted)
            {
                throw new CertificateException("The keeping of certificates has not started yet.");
            }

            if (name is null)
            {
                return Task.WhenAll(_names.Values.Select(kept => kept.RenewAsync()));
            }

            return _names.TryGetValue(name, out KeptName? found)
                ? found.RenewAsync()
                : throw new CertificateException($"{name} has no automatic certificate.");
        }
    }

    /// <summary>
    /// Says whether a certificate for a name that came with a handshake is served, after obtaining it if that is allowed: by the plan, by the
    /// ask URL, and by the rate. One order per name at a time; who asks meanwhile waits for it.
    /// </summary>
    /// <param name="name">The server name of the handshake.</param>
    /// <param name="ct">Ends the wait, not the order.</param>
    public async Task<bool> RequestOnDemandAsync(string name, CancellationToken ct)
    {
        await Loaded.WaitAsync(ct);
        KeptName? kept = await FindOrAddAsync(name.TrimEnd('.').ToLowerInvariant(), ct);
        return kept is not null && (kept.IsUsable || await kept.FirstResult.WaitAsync(ct));
    }

    /// <summary>
    /// The answer to <c>GET /.well-known/acme-challenge/TOKEN</c> that this or another machine on the same storage shows; null when none does.
    /// </summary>
    /// <param name="token">The last segment of the path; anything a stranger sends may be given.</param>
    /// <exception cref="CertificateException">The storage failed.</exception>
    public Task<string?> FindHttpChallengeAsync(string token) => _context.HttpChallenges.FindAsync(token, _end.Token);

    /// <summary>Ends all orders, and waits for challenges to be taken back, for 15 s at most. What is served stays served.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Task> tasks;
        List<KeptName> names;
        lock (_lock)
        {
            if (_end.IsCancellationRequested)
            {
                return;
            }

            _end.Cancel();
            names = [.. _names.Values];
            names.ForEach(kept => kept.Stop());
            tasks = [.. _tasks, .. names.Select(kept => kept.Loop)];
        }

        _loaded.TrySetResult();
        await Task.WhenAny(Task.WhenAll(tasks), Task.Delay(_context.Limits.StopTimeout));
        lock (_lock)
        {
            _retired.ForEach(retired => retired.Dispose());
            foreach (IssuerSession session in _context.Plan.Sessions)
            {
                session.Dispose();
            }

            _context.Plan.OnDemand?.Dispose();
        }
    }

    private CompiledPlan Compile(AutomationPlan plan, IDnsPublisher? dns, CompiledPlan? before)
    {
        List<IssuerSession> sessions = [];
        foreach (IssuerPlan issuer in plan.Issuers)
        {
            IssuerSession? same = before?.Sessions.FirstOrDefault(session => session.Plan == issuer);
            sessions.Add(same ?? new IssuerSession(issuer, _context.Storage, _context.Clock, _context.Limits, _log));
        }

        // What orders on their way still use is disposed with the keeper; there is one per change of an issuer.
        _retired.AddRange(before?.Sessions.Except(sessions) ?? []);
        OnDemandPolicy? policy = before?.OnDemand;
        if (policy?.Plan != plan.OnDemand)
        {
            if (policy is not null)
            {
                _retired.Add(policy);
            }

            policy = plan.OnDemand is { } onDemand ? new OnDemandPolicy(onDemand, _context.Clock, _context.Limits) : null;
        }

        ChallengePresenter presenter = before is not null && dns == _dns
            ? before.Presenter
            : new ChallengePresenter(_context.Consumer, _context.HttpChallenges, dns, _context.Clock, _context.Limits);
        return new CompiledPlan(plan, sessions, presenter, policy);
    }

    private void AddNames(AutomationPlan plan)
    {
        foreach (string name in plan.Names)
        {
            if (_names.TryGetValue(name, out KeptName? kept))
            {
                kept.Source = CertificateSource.Automatic;
                continue;
            }

            Add(name, CertificateSource.Automatic);
        }
    }

    private KeptName Add(string name, CertificateSource source)
    {
        var kept = new KeptName(name, source, _context, Drop);
        _names.Add(name, kept);
        if (_isRunning)
        {
            kept.Start();
        }

        return kept;
    }

    private async Task<KeptName?> FindOrAddAsync(string name, CancellationToken ct)
    {
        if (Find(name) is { } kept)
        {
            return kept;
        }

        CompiledPlan plan = _context.Plan;
        if (plan.OnDemand is not { } policy || !OnDemandPolicy.IsName(name))
        {
            return null;
        }

        _context.Clock.Enter();
        try
        {
            if (await policy.AskAsync(name, ct) != AskAnswer.Allowed)
            {
                return null;
            }

            string stored = await _context.Certificates.FindVersionAsync(plan.Folders, name, ct);
            return AddOnDemand(name, policy, isStored: stored.Trim().Length > 0);
        }
        finally
        {
            _context.Clock.Leave();
        }
    }

    // What is stored was paid for before; what has to be ordered counts against the rate.
    private KeptName? AddOnDemand(string name, OnDemandPolicy policy, bool isStored)
    {
        lock (_lock)
        {
            if (_names.TryGetValue(name, out KeptName? kept))
            {
                return kept;
            }

            if (_end.IsCancellationRequested)
            {
                return null;
            }

            if (!isStored && !policy.TryOrder())
            {
                _context.Log(
                    KeeperSeverity.Warning, KeeperEvent.OnDemandRefused, name, "",
                    $"{name} gets no certificate on demand now: more than {policy.Plan.RateMax} per {policy.Plan.RateWindow} were asked for.");
                return null;
            }

            return Add(name, CertificateSource.OnDemand);
        }
    }

    private KeptName? Find(string name)
    {
        lock (_lock)
        {
            return _names.GetValueOrDefault(name);
        }
    }

    private void Drop(KeptName kept)
    {
        lock (_lock)
        {
            if (_names.TryGetValue(kept.Name, out KeptName? current) && current == kept && kept.Source == CertificateSource.OnDemand)
            {
                Remove(kept);
            }
        }
    }

    private void Remove(KeptName kept)
    {
        _names.Remove(kept.Name);
        kept.Withdraw();
        _tasks.RemoveAll(task => task.IsCompleted);
        _tasks.Add(kept.Loop);
    }

    // 1. serve what is stored; 2. let every name go its way; 3. look at the storage from time to time.
    private async Task RunAsync()
    {
        try
        {
            // 1.
            await LoadAsync(_end.Token);

            // 2.
            lock (_lock)
            {
                _isRunning = true;
                foreach (KeptName kept in _names.Values)
                {
                    kept.Start();
                }
            }

            _loaded.TrySetResult();

            // 3.
            while (true)
            {
                await _context.Clock.WaitAsync(_context.Limits.StoragePoll, _end.Token);
                await PollStorageAsync(_end.Token);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            _loaded.TrySetResult();
        }
    }

    private async Task LoadAsync(CancellationToken ct)
    {
        try
        {
            await _context.HttpChallenges.RemoveExpiredAsync(ct);
            _context.StoredFolders = await _context.Certificates.ListIssuerFoldersAsync(ct);
        }
        catch (CertificateException exception)
        {
            _context.Log(KeeperSeverity.Error, KeeperEvent.StorageFailed, "", "", exception.Message);
        }

        List<KeptName> names;
        lock (_lock)
        {
            names = [.. _names.Values];
        }

        await Parallel.ForEachAsync(
            names, new ParallelOptions { MaxDegreeOfParallelism = LoadsAtOnce, CancellationToken = ct }, async (kept, loadCt) => await kept.LoadAsync(loadCt));
    }

    private async Task PollStorageAsync(CancellationToken ct)
    {
        List<KeptName> names;
        lock (_lock)
        {
            names = [.. _names.Values];
        }

        try
        {
            foreach (KeptName kept in names)
            {
                if (await kept.HasStorageChangedAsync(ct))
                {
                    kept.Wake();
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The next look may do better; a poll that ended for good would be found out by expired certificates.
            _context.Log(KeeperSeverity.Warning, KeeperEvent.StorageFailed, "", "", exception.Message);
        }
    }
}
