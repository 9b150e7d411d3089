namespace Sluice.Certificates.Ocsp;

/// <summary>What the keeper knows about a certificate. Changed within the keeper's lock only.</summary>
/// <param name="target">The certificate.</param>
/// <param name="certificatePem">It alone.</param>
/// <param name="issuerPem">Its issuer's.</param>
internal sealed class OcspEntry(OcspTarget target, string certificatePem, string issuerPem)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromHours(1);

    // Many certificates are obtained together, and need not be asked about together.
    private const double JitterShare = 0.1;

    internal OcspTarget Target => target;

    internal string CertificatePem => certificatePem;

    internal string IssuerPem => issuerPem;

    /// <summary>When the responder is asked next.</summary>
    internal DateTimeOffset RefreshAt { get; private set; }

    /// <summary>What is stapled now.</summary>
    internal OcspStaple? Staple { get; private set; }

    /// <summary>Whether it waits for its turn or the responder is being asked.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>Attempts that failed in a row.</summary>
    internal int FailureCount { get; private set; }

    /// <summary>Why the last one failed.</summary>
    internal string? Problem { get; private set; }

    internal OcspStatus Status => new(target.Key, Staple?.NextUpdate, RefreshAt, Problem);

    /// <summary>A new staple: the next one is asked for at half of its validity.</summary>
    internal void Succeed(OcspStaple staple, DateTimeOffset now)
    {
        Staple = staple;
        FailureCount = 0;
        Problem = null;

        // A responder may give one that is older than that already.
        TimeSpan untilHalf = staple.ThisUpdate + ((staple.NextUpdate - staple.ThisUpdate) / 2) - now;
        TimeSpan pause = untilHalf > TimeSpan.Zero ? untilHalf : Min((staple.NextUpdate - now) / 2, PauseMax);
        RefreshAt = now + Jitter(Max(pause, PauseMin));
    }

    /// <summary>No new staple: waits longer each time, up to an hour.</summary>
    /// <param name="exception">Why.</param>
    /// <param name="now">The time.</param>
    /// <returns>True when the old staple must not be used any more, since the certificate is revoked.</returns>
    internal bool Fail(CertificateException exception, DateTimeOffset now)
    {
        bool isRevoked = exception is OcspException { RevokedAt: not null };
        FailureCount++;
        Problem = exception.Message;
        TimeSpan pause = isRevoked ? PauseMax : Min(PauseMin * Math.Pow(2, Math.Min(FailureCount - 1, 10)), PauseMax);
        RefreshAt = now + Jitter(pause);
        return isRevoked && DropStaple();
    }

    /// <summary>Forgets the staple.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool DropStaple()
    {
        bool wasThere = Staple is not null;
        Staple = null;
        return wasThere;
    }

    private static TimeSpan Jitter(TimeSpan pause) => pause * (1 - (JitterShare * Random.Shared.NextDouble()));

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
