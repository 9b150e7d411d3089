namespace Sluice.Http.Caching;

/// <summary>All that is needed to decide whether a stored response may be used: kept with it, 40 bytes, without references.</summary>
public readonly record struct StoredTimes
{
    // Half the size of what is said about them: none is above 2^31.
    private readonly uint _initialAge;
    private readonly uint _lifetime;
    private readonly uint _staleWhileRevalidate;
    private readonly uint _staleIfError;

    /// <summary>When it was received, or last validated, in Unix seconds: <c>response_time</c> (RFC 9111, section 4.2.3).</summary>
    public long ReceivedAt { get; init; }

    /// <summary>Its <c>Date</c> in Unix seconds, or <see cref="ReceivedAt"/> where it had none.</summary>
    public long DateValue { get; init; }

    /// <summary>How old it was then, in seconds: <c>corrected_initial_age</c>.</summary>
    public long InitialAge { get => _initialAge; init => _initialAge = DeltaSeconds.Clamp(value); }

    /// <summary>How old it may become and still be fresh, in seconds: <c>freshness_lifetime</c>.</summary>
    public long Lifetime { get => _lifetime; init => _lifetime = DeltaSeconds.Clamp(value); }

    /// <summary>For how many seconds behind its lifetime it may be used while a new one is fetched.</summary>
    public long StaleWhileRevalidate { get => _staleWhileRevalidate; init => _staleWhileRevalidate = DeltaSeconds.Clamp(value); }

    /// <summary>For how many seconds behind its lifetime it may take the place of an error.</summary>
    public long StaleIfError { get => _staleIfError; init => _staleIfError = DeltaSeconds.Clamp(value); }

    /// <summary>What else there is to know.</summary>
    public StoredFlags Flags { get; init; }

    /// <summary>Its status.</summary>
    public ushort Status { get; init; }

    /// <summary>Where <see cref="Lifetime"/> comes from.</summary>
    public LifetimeSource LifetimeSource { get; init; }

    /// <summary>Whether it can be asked for with a condition.</summary>
    public bool HasValidator => Has(StoredFlags.HasEntityTag | StoredFlags.HasLastModified);

    /// <summary>Whether one of these flags is set.</summary>
    public bool Has(StoredFlags flags) => (Flags & flags) != 0;

    /// <summary>How old it is, in seconds: <c>current_age</c>, which is what <c>Age</c> has to say. A clock that went back doesn't make it younger.</summary>
    /// <param name="now">Unix seconds.</param>
    public long AgeAt(long now) => DeltaSeconds.Clamp(InitialAge + Math.Max(0, now - ReceivedAt));

    /// <summary>For how many more seconds it is fresh; 0 or below when it isn't.</summary>
    /// <param name="now">Unix seconds.</param>
    public long TtlAt(long now) => Lifetime - AgeAt(now);

    /// <summary>Whether it is fresh: its lifetime is longer than its age (section 4.2).</summary>
    /// <param name="now">Unix seconds.</param>
    public bool IsFreshAt(long now) => TtlAt(now) > 0;

    /// <summary>The same, to be validated before it is used again (section 4.4): what a hard invalidation without removal leaves.</summary>
    public StoredTimes Invalidated() => this with { Flags = Flags | StoredFlags.Invalidated };

    /// <summary>The same, stale from now on, with its windows for stale use beginning now: what a soft purge leaves.</summary>
    /// <param name="now">Unix seconds.</param>
    public StoredTimes ExpiredAt(long now) => this with { Lifetime = Math.Min(Lifetime, AgeAt(now)) };

    /// <summary>Which of two that both suit is to be used: the later one by its <c>Date</c>, then the one received later (section 4).</summary>
    public bool IsMoreRecentThan(in StoredTimes other) =>
        DateValue != other.DateValue ? DateValue > other.DateValue : ReceivedAt > other.ReceivedAt;
}
