using Sluice.Certificates.Storage;
using Sluice.Certificates.Timing;

namespace Sluice.Certificates.Keeping;

/// <summary>What all names of a keeper share. Any thread.</summary>
internal sealed class KeeperContext(
    ICertificateConsumer consumer, ICertificateStorage storage, WorkClock clock, IKeeperLog log, KeeperLimits limits)
{
    private volatile CompiledPlan? _plan;
    private volatile IReadOnlyList<string> _storedFolders = [];

    public ICertificateConsumer Consumer => consumer;

    public ICertificateStorage Storage => storage;

    public WorkClock Clock => clock;

    public KeeperLimits Limits => limits;

    /// <summary>Certificates in the storage.</summary>
    public CertificateStore Certificates { get; } = new(storage);

    /// <summary>Answers to http-01 in the storage.</summary>
    public HttpChallengeStore HttpChallenges { get; } = new(storage, clock);

    /// <summary>Passed by who orders.</summary>
    public Gate Orders { get; } = new(clock, limits.OrdersAtOnce);

    /// <summary>Passed by who asks for renewal information.</summary>
    public Gate RenewalQuestions { get; } = new(clock, limits.RenewalQuestionsAtOnce);

    /// <summary>The plan of now; read once per step.</summary>
    public CompiledPlan Plan
    {
        get => _plan ?? throw new InvalidOperationException("no plan yet");
        set => _plan = value;
    }

    /// <summary>Issuers of which something was stored when the keeper started, whether the plan still has them or not.</summary>
    public IReadOnlyList<string> StoredFolders
    {
        get => _storedFolders;
        set => _storedFolders = value;
    }

    /// <summary>Writes to the log.</summary>
    public void Log(KeeperSeverity severity, KeeperEvent what, string name, string issuer, string message) =>
        log.Write(new KeeperLogEntry(severity, what, name, issuer, message));
}
