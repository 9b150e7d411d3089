using System.Security.Cryptography.X509Certificates;

namespace Sluice.Certificates.Keeping;

/// <summary>
/// The certificate of one name that is served: taken from the storage, or from an issuer. It never goes without one that it had: a newer one
/// replaces it, nothing removes it. One owner; <see cref="Held"/> may be read from any thread.
/// </summary>
internal sealed class CertificateHolding(string name, KeeperContext context)
{
    // Held while the consumer is called, so that nothing is installed after it was withdrawn.
    private readonly Lock _lock = new();
    private volatile HeldCertificate? _held;
    private bool _isWithdrawn;
    private string? _version;
    private StoredCertificate? _unsaved;
    private string? _reportedExpired;

    /// <summary>What is served; null when nothing is.</summary>
    public HeldCertificate? Held => _held;

    /// <summary>What is noted about it; null when nothing is served.</summary>
    public CertificateDetails? Details { get; private set; }

    /// <summary>Whether something that can be used is served.</summary>
    public bool IsUsable(DateTimeOffset now) => _held is { } held && now < held.NotAfter;

    /// <summary>Whether the storage has something else than when it was last looked at.</summary>
    public async Task<bool> HasChangedAsync(CompiledPlan plan, CancellationToken ct) =>
        Volatile.Read(ref _version) != await context.Certificates.FindVersionAsync(plan.Folders, name, ct);

    /// <summary>Serves what is in the storage, if that is newer than what is served. A storage that fails is reported, no more.</summary>
    public async Task TakeStoredAsync(CompiledPlan plan, CancellationToken ct)
    {
        try
        {
            string version = await context.Certificates.FindVersionAsync(plan.Folders, name, ct);
            if (version == _version)
            {
                return;
            }

            Volatile.Write(ref _version, version);
            StoredCertificate? found = await context.Certificates.FindNewestAsync(plan.Folders, name, ct);
            if (found is null && _held is null)
            {
                // An issuer that the plan doesn't have any more: better than nothing until the new one delivered.
                found = await context.Certificates.FindNewestAsync(context.StoredFolders, name, ct);
            }

            if (found is not null && (_held is null || (found.Held.Serial != _held.Serial && found.Held.NotBefore >= _held.NotBefore)))
            {
                Serve(found);
                context.Log(
                    KeeperSeverity.Info, KeeperEvent.Loaded, name, found.Held.IssuerName,
                    $"The stored certificate for {name} is served; it is valid until {found.Held.NotAfter:u}.");
            }
        }
        catch (CertificateException exception)
        {
            context.Log(KeeperSeverity.Warning, KeeperEvent.StorageFailed, name, "", exception.Message);
        }
    }

    /// <summary>Serves a new certificate and stores it. It is served even if it can't be stored; that is tried again with each look.</summary>
    public async Task TakeObtainedAsync(CertificatePair pair, IssuerSession session, CancellationToken ct)
    {
        using X509Certificate2 leaf = X509Certificate2.CreateFromPem(pair.CertificatePem);
        HeldCertificate held = CertificateStore.Describe(leaf, session.Folder, session.Plan.Name);
        var details = new CertificateDetails(session.Plan.Name, held.Serial, context.Clock.Now, null, context.Clock.Now);
        var obtained = new StoredCertificate(held, pair, details);
        Serve(obtained);
        _unsaved = obtained;
        context.Log(
            KeeperSeverity.Info, KeeperEvent.Obtained, name, session.Plan.Name,
            $"The certificate for {name} was obtained from {session.Plan.Name}; it is valid until {held.NotAfter:u}.");
        await SaveAsync(ct);
    }

    /// <summary>Stores what couldn't be stored before.</summary>
    /// <returns>Whether everything is stored.</returns>
    public async Task<bool> SaveAsync(CancellationToken ct)
    {
        if (_unsaved is not { } unsaved)
        {
            return true;
        }

        try
        {
            await context.Certificates.SaveAsync(name, unsaved, ct);
            Volatile.Write(ref _version, await context.Certificates.FindVersionAsync(context.Plan.Folders, name, ct));
            _unsaved = null;
            return true;
        }
        catch (CertificateException exception)
        {
            context.Log(
                KeeperSeverity.Error, KeeperEvent.StorageFailed, name, unsaved.Held.IssuerName,
                $"The new certificate for {name} is served, but would be lost by a restart: {exception.Message}");
            return false;
        }
    }

    /// <summary>Notes what the issuer said about renewal.</summary>
    public async Task NoteAsync(CertificateDetails details, CancellationToken ct)
    {
        Details = details;
        if (_held is not { } held || _unsaved is not null)
        {
            return;
        }

        try
        {
            await context.Certificates.SaveDetailsAsync(name, held, details, ct);
        }
        catch (CertificateException exception)
        {
            context.Log(KeeperSeverity.Warning, KeeperEvent.StorageFailed, name, held.IssuerName, exception.Message);
        }
    }

    /// <summary>Says once of a certificate that it is served although it has expired.</summary>
    public void ReportExpiry()
    {
        if (_held is not { } held || context.Clock.Now < held.NotAfter || _reportedExpired == held.Serial)
        {
            return;
        }

        _reportedExpired = held.Serial;
        context.Log(
            KeeperSeverity.Error, KeeperEvent.Expired, name, held.IssuerName, $"The certificate for {name} expired at {held.NotAfter:u}; there is no newer one.");
    }

    /// <summary>Ends serving it, for good.</summary>
    public void Withdraw()
    {
        lock (_lock)
        {
            _isWithdrawn = true;
            context.Consumer.Withdraw(name);
        }
    }

    private void Serve(StoredCertificate certificate)
    {
        lock (_lock)
        {
            if (!_isWithdrawn)
            {
                context.Consumer.Install(certificate.Pair);
            }
        }

        Details = certificate.Details;
        _held = certificate.Held;
    }
}
