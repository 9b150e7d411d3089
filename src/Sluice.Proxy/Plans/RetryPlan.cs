namespace Sluice.Proxy.Plans;

/// <summary>When a request is sent to a server once more, after an attempt that failed before a byte of the response was sent to the client.</summary>
public sealed record RetryPlan
{
    /// <summary>What holds where nothing is said: harmless retries at other servers. No content is kept for them.</summary>
    public static RetryPlan Usual { get; } = new() { OtherServersOnly = true, Replay = ReplayPlan.None };

    /// <summary>Attempts besides the first, 0 to 10.</summary>
    public int AttemptsMax { get; init; } = 2;

    /// <summary>After what.</summary>
    public RetryTriggers On { get; init; } = RetryTriggers.Harmless;

    /// <summary>Whether a server that failed the request is not tried again. Without it, servers that weren't tried go first.</summary>
    public bool OtherServersOnly { get; init; }

    /// <summary>Whether requests that may have been acted upon are sent again whatever their method (RFC 9110, section 9.2.2).</summary>
    public bool NonIdempotent { get; init; }

    /// <summary>From the choice of a server to the head of its response, in milliseconds; 0 means no limit.</summary>
    public int PerTryTimeoutMs { get; init; }

    /// <summary>When a second server is asked while the first has not answered; null for never.</summary>
    public HedgePlan? Hedge { get; init; }

    /// <summary>The longest pause before the second attempt, in milliseconds; it doubles with each attempt. Of it, a part drawn at random is waited.</summary>
    public int BackoffBaseMs { get; init; } = 25;

    /// <summary>The longest pause before any attempt, in milliseconds.</summary>
    public int BackoffMaxMs { get; init; } = 250;

    /// <summary>How many retries an upstream may have at once, in percent of its requests in flight that are none, 0 to 100.</summary>
    public int BudgetPercent { get; init; } = 20;

    /// <summary>How many retries an upstream may have at once with however few requests.</summary>
    public int BudgetMin { get; init; } = 3;

    /// <summary>The longest <c>Retry-After</c> of a 429 or 503 that is waited for, in milliseconds; with a longer one there is no retry. 0 ignores it.</summary>
    public int RetryAfterMaxMs { get; init; } = 1_000;

    /// <summary>What is kept of requests with content.</summary>
    public ReplayPlan Replay { get; init; } = new();
}
