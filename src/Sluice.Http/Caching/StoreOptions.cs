namespace Sluice.Http.Caching;

/// <summary>What an operator decided about storing. Immutable; what isn't set is as RFC 9111 has it.</summary>
public sealed record StoreOptions
{
    /// <summary>Nothing but RFC 9111.</summary>
    public static readonly StoreOptions Default = new();

    /// <summary>What of the response isn't listened to.</summary>
    public IgnoredFields Ignored { get; init; }

    /// <summary>What becomes of <c>Set-Cookie</c>.</summary>
    public CookieRule Cookies { get; init; }

    /// <summary>Whether <c>no-store</c> of a request has no effect.</summary>
    public bool IgnoresRequestNoStore { get; init; }

    /// <summary>Whether 206 is stored, as the incomplete response that it is. For who fetches ranges and keeps book of them.</summary>
    public bool AllowsPartial { get; init; }

    /// <summary>In seconds; goes before everything the server says about freshness, but not before what forbids to store or to reuse. Null for none.</summary>
    public int? OverrideLifetime { get; init; }

    /// <summary>The lifetimes of responses whose server doesn't say it; they go before heuristics.</summary>
    public StatusLifetimes? Valid { get; init; }

    /// <summary>Whether lifetimes are guessed from <c>Last-Modified</c> (RFC 9111, section 4.2.2).</summary>
    public bool UsesHeuristics { get; init; } = true;

    /// <summary>The part of the time since the last change that a guess takes, in percent.</summary>
    public int HeuristicPercent { get; init; } = 10;

    /// <summary>The longest guess, in seconds.</summary>
    public int HeuristicMax { get; init; } = 86_400;

    /// <summary>In seconds, where the response doesn't say it.</summary>
    public int StaleWhileRevalidate { get; init; }

    /// <summary>In seconds, where the response doesn't say it.</summary>
    public int StaleIfError { get; init; }

    /// <summary>
    /// Whether <c>s-maxage</c> forbids stale responses even where the same field allows them by <c>stale-while-revalidate</c> or <c>stale-if-error</c>. Servers send
    /// both together and mean both, so by default the extension wins (RFC 9111, section 5.2.3).
    /// </summary>
    public bool SharedMaxAgeForbidsStale { get; init; }

    /// <summary>
    /// Whether the age of a response that arrives is taken from <c>Age</c> alone, and not from <c>Date</c> as well (section 4.2.3): for servers whose clocks are wrong.
    /// </summary>
    public bool IgnoresDate { get; init; }
}
