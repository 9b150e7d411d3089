using Sluice.Certificates.Acme;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Keeping;

/// <summary>
/// The certificate of one name, from the first look into the storage on: a loop of steps, each of which serves what is stored, renews what is due
/// and says when to look again. Whatever fails, what is served stays. Public members may be called from any thread.
/// </summary>
internal sealed class KeptName : IDisposable
{
    private static readonly TimeSpan AfterError = TimeSpan.FromMinutes(1);

    // Whatever is computed wrongly, a loop never spins.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private readonly KeeperContext _context;
    private readonly AcmeIdentifier _identifier;
    private readonly CertificateHolding _holding;
    private readonly RenewalWatch _renewal;
    private readonly AttemptLadder _ladder;
    private readonly WakeSignal _wake;
    private readonly CancellationTokenSource _end = new();
    private readonly ForcedRenewal _forced = new();
    private readonly TaskCompletionSource<bool> _firstResult = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<KeptName> _drop;
    private volatile CertificateStatus _status;
    private CompiledPlan? _seenPlan;
    private int _attempts;
    private string? _lastError;

    public KeptName(string name, CertificateSource source, KeeperContext context, Action<KeptName> drop)
    {
        Name = name;
        Source = source;
        _context = context;
        _drop = drop;
        _identifier = AcmeIdentifier.Of(name);
        _holding = new CertificateHolding(name, context);
        _renewal = new RenewalWatch(name, _holding, context);
        _ladder = new AttemptLadder(context.Limits);
        _wake = new WakeSignal(context.Clock);
        _status = new CertificateStatus(name, source, CertificateState.Waiting, null, null, null, 0, null);
    }

    public string Name { get; }

    /// <summary>Why it is kept; an on-demand name that a reload lists becomes automatic.</summary>
    public CertificateSource Source { get; set; }

    /// <summary>How it is doing.</summary>
    public CertificateStatus Status => _status;

    /// <summary>Whether a certificate that hasn't expired is served.</summary>
    public bool IsUsable => _holding.IsUsable(_context.Clock.Now);

    /// <summary>Whether the first certificate was served (true), or the first attempt failed.</summary>
    public Task<bool> FirstResult => _firstResult.Task;

    /// <summary>Its loop, once it was started.</summary>
    public Task Loop { get; private set; } = Task.CompletedTask;

    /// <summary>Looks into the storage; before the loop starts.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        try
        {
            await _holding.TakeStoredAsync(_context.Plan, ct);
            _holding.ReportExpiry();
            SetStatus(CertificateState.Waiting, null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            ReportError(exception);
        }
    }

    /// <summary>Starts the loop.</summary>
    public void Start() => Loop = _context.Clock.Start(RunAsync);

    /// <summary>Ends the loop, and the order that is on its way. What is served stays served.</summary>
    public void Stop() => _end.Cancel();

    /// <summary>Ends the loop, and serving the certificate.</summary>
    public void Withdraw()
    {
        Stop();
        _holding.Withdraw();
    }

    /// <summary>Looks again now.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Whether another machine stored something.</summary>
    public Task<bool> HasStorageChangedAsync(CancellationToken ct) => _holding.HasChangedAsync(_context.Plan, ct);

    /// <summary>Renews now. Completes after one attempt, whatever became of it.</summary>
    public Task RenewAsync()
    {
        Task done = _forced.Request();
        Wake();
        return done;
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Dispose();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                TimeSpan wait = await StepSafelyAsync(_end.Token);
                if (wait > TimeSpan.Zero)
                {
                    await _wake.WaitAsync(wait, _end.Token);
                }

                _end.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            _firstResult.TrySetResult(false);
            _forced.Complete();
        }
    }

    private async Task<TimeSpan> StepSafelyAsync(CancellationToken ct)
    {
        try
        {
            return await StepAsync(ct);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            // Nothing is known to lead here; a keeper that stopped for good would be found out by expired certificates.
            ReportError(exception);
            Fail(exception.Message, _context.Clock.Now + AfterError);
            return AfterError;
        }
    }

    // Returns how long to wait before the next step; zero for not at all, which only follows on a certificate that was taken.
    private async Task<TimeSpan> StepAsync(CancellationToken ct)
    {
        CompiledPlan plan = _context.Plan;
        TakePlan(plan);
        bool isSaved = await _holding.SaveAsync(ct);
        await _holding.TakeStoredAsync(plan, ct);
        _holding.ReportExpiry();
        DateTimeOffset due = await _renewal.FindAsync(plan, ct);
        DateTimeOffset now = _context.Clock.Now;
        if (!_forced.IsRequested && now < due)
        {
            Succeed(due);
            return isSaved ? Until(due) : AfterError;
        }

        if (!_forced.IsRequested && now < _ladder.NotBefore)
        {
            return Until(_ladder.NotBefore);
        }

        return await AttemptAsync(plan, ct);
    }

    private void TakePlan(CompiledPlan plan)
    {
        if (_seenPlan is { } seen && !seen.OrdersAlike(plan))
        {
            _ladder.Hurry();
        }

        _seenPlan = plan;
        if (_forced.IsNew())
        {
            _ladder.Hurry();
        }
    }

    private async Task<TimeSpan> AttemptAsync(CompiledPlan plan, CancellationToken ct)
    {
        IReadOnlyList<ChallengeKind> kinds = plan.Presenter.Usable(plan.Plan.Challenges, _identifier);
        if (kinds.Count == 0 || plan.Sessions.Count == 0)
        {
            return ReportUnobtainable(plan);
        }

        AttemptChoice? choice = _ladder.Next(plan.Plan.Issuers, kinds, _context.Clock.Now);
        if (choice is null)
        {
            Fail(_lastError ?? "every issuer asked to be left alone", _ladder.NotBefore);
            return Until(_ladder.NotBefore);
        }

        try
        {
            return await OrderAsync(plan, choice, ct);
        }
        catch (Exception exception) when (exception is CertificateException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return TakeFailure(plan, choice, kinds.Count, exception);
        }
    }

    // 1. wait for a place; 2. take the lock of the name, or leave it to who has it; 3. take what that one may have stored meanwhile;
    // 4. ask again whether an on-demand name may have one; 5. see that it can be stored; 6. order, serve, store.
    private async Task<TimeSpan> OrderAsync(CompiledPlan plan, AttemptChoice choice, CancellationToken ct)
    {
        // 1.
        using IDisposable place = await _context.Orders.EnterAsync(ct);

        // 2.
        await using IAsyncDisposable? held = await _context.Storage.AcquireLockAsync($"certificate-{Name}", ct);
        if (held is null)
        {
            SetStatus(CertificateState.Waiting, _context.Clock.Now + _context.Limits.LockPoll);
            return _context.Limits.LockPoll;
        }

        // 3.
        string? before = _holding.Held?.Serial;
        await _holding.TakeStoredAsync(plan, ct);
        if (_holding.Held?.Serial != before)
        {
            _forced.Complete();
            return TimeSpan.Zero;
        }

        // 4.
        if (Source == CertificateSource.OnDemand && !await IsStillAllowedAsync(plan, ct))
        {
            return _context.Limits.LookAgain;
        }

        // 5.
        await _context.Storage.CheckWritableAsync(ct);

        // 6.
        IssuerSession session = plan.Sessions.First(session => session.Plan == choice.Issuer);
        await session.Attempts.TakeAsync(ct);
        SetStatus(CertificateState.Ordering, null);
        _context.Log(
            KeeperSeverity.Info, KeeperEvent.Ordering, Name, choice.Issuer.Name,
            $"A certificate for {Name} is ordered from {choice.Issuer.Name} by {ChallengePresenter.TypeOf(choice.Challenge)}.");
        CertificatePair pair = await RunOrderAsync(plan, session, choice, ct);
        await _holding.TakeObtainedAsync(pair, session, ct);
        _ladder.Reset();
        _attempts = 0;
        _lastError = null;
        _forced.Complete();
        return TimeSpan.Zero;
    }

    private async Task<bool> IsStillAllowedAsync(CompiledPlan plan, CancellationToken ct)
    {
        AskAnswer answer = plan.OnDemand is { } policy ? await policy.AskAsync(Name, ct) : AskAnswer.Refused;
        if (answer == AskAnswer.Unanswered)
        {
            throw new CertificateException($"The ask URL said nothing about {Name}.");
        }

        if (answer == AskAnswer.Refused)
        {
            _context.Log(KeeperSeverity.Info, KeeperEvent.OnDemandRefused, Name, "", $"The ask URL doesn't allow {Name} any more.");
            _drop(this);
        }

        return answer == AskAnswer.Allowed;
    }

    private async Task<CertificatePair> RunOrderAsync(CompiledPlan plan, IssuerSession session, AttemptChoice choice, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(_context.Limits.AttemptMax, _context.Clock.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        (AcmeClient client, AcmeAccount account) = await OpenAsync(session, either.Token);
        HeldCertificate? old = _holding.Held;
        var request = new OrderRequest(
            _identifier,
            choice.Challenge,
            plan.Plan.KeyType,
            choice.Issuer.Profile,
            choice.Issuer.PreferredChain,
            old?.IssuerFolder == session.Folder ? old.RenewalId : null);
        try
        {
            return await new OrderRun(client, account, plan.Presenter, _context.Clock, _context.Limits).RunAsync(request, either.Token);
        }
        catch (AcmeException exception) when (exception.Type == AcmeProblem.AccountDoesNotExist)
        {
            account = await session.SignInAsync(client, account, either.Token);
            return await new OrderRun(client, account, plan.Presenter, _context.Clock, _context.Limits).RunAsync(request, either.Token);
        }
    }

    private static async Task<(AcmeClient Client, AcmeAccount Account)> OpenAsync(IssuerSession session, CancellationToken ct)
    {
        try
        {
            AcmeClient client = await session.OpenAsync(ct);
            return (client, await session.SignInAsync(client, null, ct));
        }
        catch (CertificateException exception) when (exception is not AcmeException)
        {
            // A file of authorities or an account's key that can't be read: another issuer does better.
            throw new AcmeException(exception.Message, exception);
        }
    }

    private TimeSpan TakeFailure(CompiledPlan plan, AttemptChoice choice, int kindCount, Exception exception)
    {
        string message = exception is OperationCanceledException
            ? $"The attempt took longer than {_context.Limits.AttemptMax.TotalMinutes:0} min."
            : exception.Message;
        FailureKind kind = KindOf(exception);
        if (kind == FailureKind.Issuer)
        {
            plan.FindSession(CertificateStore.FolderOf(choice.Issuer.DirectoryUri))?.DoubtDirectory();
        }

        TimeSpan? retryAfter = kind is FailureKind.Issuer or FailureKind.Refusal && exception is AcmeException acme ? acme.RetryAfter : null;
        _ladder.Fail(choice, kind, retryAfter, plan.Sessions.Count, kindCount, _context.Clock.Now);
        _attempts++;
        Fail(message, _ladder.NotBefore);
        bool isServed = IsUsable;
        _context.Log(
            isServed ? KeeperSeverity.Warning : KeeperSeverity.Error,
            KeeperEvent.AttemptFailed,
            Name,
            choice.Issuer.Name,
            $"No certificate for {Name} from {choice.Issuer.Name} by {ChallengePresenter.TypeOf(choice.Challenge)}: {message} "
            + $"The next attempt is at {_ladder.NotBefore:u}{(isServed ? "; the old one is served meanwhile" : "")}.");
        if (Source == CertificateSource.OnDemand && !isServed && _ladder.RoundCount > 0)
        {
            // Nobody listed it: whoever wants it can ask again.
            _drop(this);
        }

        return Until(_ladder.NotBefore);
    }

    private static FailureKind KindOf(Exception exception) => exception switch
    {
        AcmeException { IsOfValidation: true } => FailureKind.Challenge,
        AcmeException acme when AcmeProblem.IsFinal(acme.Type) => FailureKind.Refusal,
        AcmeException or OperationCanceledException => FailureKind.Issuer,
        _ => FailureKind.Local,
    };

    private TimeSpan ReportUnobtainable(CompiledPlan plan)
    {
        string message = plan.Sessions.Count == 0
            ? $"{Name} can't have a certificate: there is no issuer."
            : _identifier.IsWildcard
                ? $"{Name} can't have a certificate: a wildcard needs the challenge dns-01, with a way to publish records."
                : $"{Name} can't have a certificate: none of the challenges fits it.";
        if (_lastError != message)
        {
            _context.Log(KeeperSeverity.Error, KeeperEvent.Unobtainable, Name, "", message);
        }

        Fail(message, null);
        return _context.Limits.LookAgain;
    }

    private void ReportError(Exception exception) =>
        _context.Log(KeeperSeverity.Error, KeeperEvent.InternalError, Name, "", $"{exception.GetType().Name}: {exception.Message}");

    private void Succeed(DateTimeOffset due)
    {
        _lastError = null;
        _attempts = 0;
        SetStatus(CertificateState.Valid, due);
        _firstResult.TrySetResult(true);
    }

    private void Fail(string message, DateTimeOffset? next)
    {
        _lastError = message;
        SetStatus(CertificateState.Failing, next);
        _firstResult.TrySetResult(IsUsable);
        _forced.Complete();
    }

    private void SetStatus(CertificateState state, DateTimeOffset? next)
    {
        HeldCertificate? held = _holding.Held;
        _status = new CertificateStatus(Name, Source, state, held?.IssuerName, held?.NotAfter, next, _attempts, _lastError);
    }

    private TimeSpan Until(DateTimeOffset time)
    {
        DateTimeOffset now = _context.Clock.Now;
        DateTimeOffset next = time < _renewal.AskAgainAt ? time : _renewal.AskAgainAt;
        if (_holding.Held is { } held && now < held.NotAfter && held.NotAfter < next)
        {
            next = held.NotAfter;
        }

        TimeSpan wait = next - now;
        return wait < ShortestWait ? ShortestWait : wait < _context.Limits.LookAgain ? wait : _context.Limits.LookAgain;
    }
}
