namespace Sluice.Certificates.Keeping;

/// <summary>Every number of the keeping of certificates, with its reason.</summary>
internal sealed record KeeperLimits
{
    /// <summary>Orders on their way at once: enough for thousands of names after a first start, without crowding an issuer.</summary>
    public int OrdersAtOnce { get; init; } = 8;

    /// <summary>Questions for renewal information on their way at once.</summary>
    public int RenewalQuestionsAtOnce { get; init; } = 4;

    /// <summary>Attempts per account within <see cref="AttemptsWindow"/>.</summary>
    public int AttemptsMax { get; init; } = 10;

    /// <summary>See <see cref="AttemptsMax"/>.</summary>
    public TimeSpan AttemptsWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Before the one attempt that repeats the first, and between kinds of challenges and issuers.</summary>
    public TimeSpan RetrySoon { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After everything failed once; doubled each time. With it, five attempts fall into the first hour, which is how many failed validations
    /// Let's Encrypt allows per name and hour.
    /// </summary>
    public TimeSpan BackOffMin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What the back-off grows to.</summary>
    public TimeSpan BackOffMax { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long an issuer may take to look at a challenge, or to sign.</summary>
    public TimeSpan ProcessingMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one attempt may take in all, records in the DNS included.</summary>
    public TimeSpan AttemptMax { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long an issuer may take to answer a request.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long taking back challenges may take.</summary>
    public TimeSpan CleanUpTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the storage is looked at for what other machines put there.</summary>
    public TimeSpan StoragePoll { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a lock that somebody else holds is tried again.</summary>
    public TimeSpan LockPoll { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a name waits at most before it looks at the clock again: after a machine slept, its timers are late.</summary>
    public TimeSpan LookAgain { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a directory is used before it is read again.</summary>
    public TimeSpan DirectoryMax { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long the ask URL may take to answer.</summary>
    public TimeSpan AskTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Questions to the ask URL on their way at once; more are refused without asking.</summary>
    public int AsksAtOnce { get; init; } = 32;

    /// <summary>How long a yes of the ask URL counts.</summary>
    public TimeSpan AllowedFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a no of the ask URL counts, or that it didn't answer.</summary>
    public TimeSpan RefusedFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Answers of the ask URL that are kept; when there are more, all are forgotten.</summary>
    public int AnswersMax { get; init; } = 10_000;

    /// <summary>How long <see cref="CertificateKeeper.DisposeAsync"/> waits for work to end.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
