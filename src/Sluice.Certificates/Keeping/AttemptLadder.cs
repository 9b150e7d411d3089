namespace Sluice.Certificates.Keeping;

/// <summary>
/// The order of attempts after failures: the same once more soon, then the next kind of challenge, then the next issuer, and when all failed the
/// first again, after a time that doubles up to a day, for ever. An issuer that said when to come again is left alone until then. One owner.
/// </summary>
internal sealed class AttemptLadder(KeeperLimits limits)
{
    private readonly Dictionary<IssuerPlan, DateTimeOffset> _blocked = [];
    private int _issuer;
    private int _challenge;
    private bool _hasRepeated;

    /// <summary>How often everything was tried since the last success.</summary>
    public int RoundCount { get; private set; }

    /// <summary>When the next attempt may be made.</summary>
    public DateTimeOffset NotBefore { get; private set; }

    /// <summary>What to try next; null when every issuer is to be left alone, until <see cref="NotBefore"/>.</summary>
    public AttemptChoice? Next(IReadOnlyList<IssuerPlan> issuers, IReadOnlyList<ChallengeKind> kinds, DateTimeOffset now)
    {
        _issuer = _issuer < issuers.Count ? _issuer : 0;
        _challenge = _challenge < kinds.Count ? _challenge : 0;
        for (int tried = 0; tried < issuers.Count; tried++)
        {
            IssuerPlan issuer = issuers[_issuer];
            if (_blocked.GetValueOrDefault(issuer) <= now)
            {
                return new AttemptChoice(issuer, kinds[_challenge]);
            }

            _issuer = (_issuer + 1) % issuers.Count;
            _challenge = 0;
        }

        NotBefore = issuers.Min(issuer => _blocked[issuer]);
        return null;
    }

    /// <summary>Takes note of a failure.</summary>
    /// <param name="failed">What was tried.</param>
    /// <param name="kind">What it says.</param>
    /// <param name="retryAfter">How long the issuer wants to be left alone; null when it doesn't say.</param>
    /// <param name="issuerCount">How many issuers there are.</param>
    /// <param name="kindCount">How many kinds of challenges fit.</param>
    /// <param name="now">The time.</param>
    public void Fail(AttemptChoice failed, FailureKind kind, TimeSpan? retryAfter, int issuerCount, int kindCount, DateTimeOffset now)
    {
        if (retryAfter is { } wait)
        {
            _blocked[failed.Issuer] = now + (wait < limits.BackOffMax ? wait : limits.BackOffMax);
        }

        if (kind == FailureKind.Local)
        {
            NotBefore = now + BackOff();
            return;
        }

        if (kind != FailureKind.Refusal && retryAfter is null && !_hasRepeated)
        {
            _hasRepeated = true;
            NotBefore = now + limits.RetrySoon;
            return;
        }

        _challenge = kind == FailureKind.Challenge ? _challenge + 1 : kindCount;
        if (_challenge < kindCount)
        {
            NotBefore = now + limits.RetrySoon;
            return;
        }

        _challenge = 0;
        _issuer++;
        if (_issuer < issuerCount)
        {
            NotBefore = now + limits.RetrySoon;
            return;
        }

        _issuer = 0;
        NotBefore = now + BackOff();
    }

    /// <summary>Begins anew after a success.</summary>
    public void Reset()
    {
        _blocked.Clear();
        _issuer = 0;
        _challenge = 0;
        _hasRepeated = false;
        RoundCount = 0;
        NotBefore = default;
    }

    /// <summary>Begins anew because somebody asked for it; issuers that are to be left alone stay so.</summary>
    public void Hurry()
    {
        _issuer = 0;
        _challenge = 0;
        NotBefore = default;
    }

    // With a tenth of chance, so that names that failed together don't come back together.
    private TimeSpan BackOff()
    {
        double factor = Math.Pow(2, Math.Min(RoundCount, 20)) * (1 + (0.1 * Random.Shared.NextDouble()));
        RoundCount++;
        TimeSpan wait = limits.BackOffMin * factor;
        return wait < limits.BackOffMax ? wait : limits.BackOffMax;
    }
}
