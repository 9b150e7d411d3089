using Sluice.Certificates.Acme;
using Sluice.Certificates.Storage;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Keeping;

/// <summary>One issuer, as it is used by all names: its directory, the account there, and how often it may be troubled. Any thread.</summary>
internal sealed class IssuerSession : IDisposable
{
    private static readonly TimeSpan AccountLockMax = TimeSpan.FromMinutes(2);
    private readonly ICertificateStorage _storage;
    private readonly AccountStore _accounts;
    private readonly WorkClock _clock;
    private readonly KeeperLimits _limits;
    private readonly IKeeperLog _log;
    private readonly Gate _gate;
    private AcmeTransport? _transport;
    private AcmeClient? _client;
    private AcmeAccount? _account;
    private DateTimeOffset _readAt;
    private volatile bool _isDoubtful;

    public IssuerSession(IssuerPlan plan, ICertificateStorage storage, WorkClock clock, KeeperLimits limits, IKeeperLog log)
    {
        Plan = plan;
        Folder = CertificateStore.FolderOf(plan.DirectoryUri);
        Attempts = new RateWindow(clock, limits.AttemptsMax, limits.AttemptsWindow);
        _storage = storage;
        _accounts = new AccountStore(storage, Folder);
        _clock = clock;
        _limits = limits;
        _log = log;
        _gate = new Gate(clock, places: 1);
    }

    /// <summary>The plan that it was made for.</summary>
    public IssuerPlan Plan { get; }

    /// <summary>The name of its folders in the storage.</summary>
    public string Folder { get; }

    /// <summary>Counts the attempts of the account.</summary>
    public RateWindow Attempts { get; }

    /// <summary>The issuer with its directory, read again when that is a day old.</summary>
    /// <exception cref="CertificateException">It can't be read.</exception>
    public async Task<AcmeClient> OpenAsync(CancellationToken ct)
    {
        using IDisposable place = await _gate.EnterAsync(ct);
        if (_client is null || _isDoubtful || _clock.Now - _readAt >= _limits.DirectoryMax)
        {
            _transport ??= new AcmeTransport(IssuerTrust.CreateHandler(Plan.CaFile), _limits.RequestTimeout, _clock.Time);
            _client = await AcmeClient.OpenAsync(_transport, Plan.DirectoryUri, ct);
            _readAt = _clock.Now;
            _isDoubtful = false;
        }

        return _client;
    }

    /// <summary>Reads the directory again at the next opportunity: what failed may have moved.</summary>
    public void DoubtDirectory() => _isDoubtful = true;

    /// <summary>The account, registered if there is none yet.</summary>
    /// <param name="client">The issuer.</param>
    /// <param name="lost">An account that the issuer says doesn't exist (any more), or null.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="CertificateException">It can't be registered or stored.</exception>
    public async Task<AcmeAccount> SignInAsync(AcmeClient client, AcmeAccount? lost, CancellationToken ct)
    {
        using IDisposable place = await _gate.EnterAsync(ct);
        if (_account is null || _account == lost)
        {
            await using IAsyncDisposable held = await LockAccountAsync(ct);
            _account = await FindOrRegisterAsync(client, lost?.Uri, ct);
        }

        return _account;
    }

    /// <inheritdoc/>
    public void Dispose() => _transport?.Dispose();

    private async Task<IAsyncDisposable> LockAccountAsync(CancellationToken ct)
    {
        DateTimeOffset deadline = _clock.Now + AccountLockMax;
        while (true)
        {
            if (await _storage.AcquireLockAsync(_accounts.LockName, ct) is { } held)
            {
                return held;
            }

            if (_clock.Now >= deadline)
            {
                throw new CertificateException($"Another machine has been registering the account at {Plan.Name} for {AccountLockMax.TotalMinutes} min.");
            }

            await _clock.WaitAsync(_limits.LockPoll, ct);
        }
    }

    private async Task<AcmeAccount> FindOrRegisterAsync(AcmeClient client, Uri? lost, CancellationToken ct)
    {
        AccountRecord? record = await _accounts.FindRecordAsync(ct);
        bool isSameBinding = record is null || record.ExternalKeyId == Plan.Eab?.KeyId;
        AcmeAccountKey? key = isSameBinding ? await _accounts.FindKeyAsync(ct) : null;
        if (key is not null && record is not null && record.Uri != lost)
        {
            return await KeepContactAsync(client, new AcmeAccount(key, record.Uri), record, ct);
        }

        if (key is null)
        {
            key = AcmeAccountKey.Create();
            await _accounts.SaveKeyAsync(key, ct);
        }

        AcmeAccount account = await client.RegisterAsync(key, Plan.Email, Plan.Eab, ct);
        await _accounts.SaveRecordAsync(new AccountRecord(account.Uri, Plan.Email, Plan.Eab?.KeyId), ct);
        _log.Write(new KeeperLogEntry(
            KeeperSeverity.Info, KeeperEvent.AccountRegistered, "", Plan.Name, $"The account {account.Uri} is registered at {Plan.Name}."));
        return account;
    }

    private async Task<AcmeAccount> KeepContactAsync(AcmeClient client, AcmeAccount account, AccountRecord record, CancellationToken ct)
    {
        if (record.Email == Plan.Email)
        {
            return account;
        }

        try
        {
            await client.UpdateContactAsync(account, Plan.Email, ct);
            await _accounts.SaveRecordAsync(record with { Email = Plan.Email }, ct);
        }
        catch (AcmeException exception)
        {
            // An old address is no reason to have no certificates; the next start tries again.
            _log.Write(new KeeperLogEntry(
                KeeperSeverity.Warning, KeeperEvent.AttemptFailed, "", Plan.Name, $"The account's contact was not updated: {exception.Message}"));
        }

        return account;
    }
}
