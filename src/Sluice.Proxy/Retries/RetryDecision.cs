using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Failover;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Retries;

/// <summary>Whether a request that failed before its response began is sent again.</summary>
/// <remarks>
/// A connection that could not be made: for every method, because nothing was sent. A connection that had been used before
/// and died before the first byte of the response: once, on a fresh one, if nothing of the request was sent, or if it is idempotent and
/// can be sent whole again (RFC 9110, section 9.2.2; RFC 9112, section 9.3.1). A server that says that it didn't act on the request: for every
/// method (RFC 9113, section 8.7). Everything else where <see cref="RetryPlan"/> says so: if the request is idempotent, or may be repeated all the same, if
/// nothing of a response has gone to the client, interim ones included, and within the budget of the upstream. What did no server any work
/// is not counted there: it is bounded by the attempts alone. The copy of a request is worth only what costs no other server anything.
/// </remarks>
internal static class RetryDecision
{
    private const int FirstError = 400;

    /// <summary>Remembers what the failed attempt allows; called while its server's side is still known, and nothing is sent any more.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="upstream">The server's side.</param>
    /// <param name="sent">How the head of the request was sent.</param>
    /// <param name="hasStarted">Whether content was taken from the client beyond what came with the head.</param>
    public static void Note(Exchange exchange, UpstreamStream upstream, IoResult sent, bool hasStarted)
    {
        RetryState retry = exchange.Retry;
        bool nothingSent = sent.IsError && upstream.NothingSent;
        bool canResend = retry.CanResend(hasStarted) && exchange.InterimCount == 0;
        bool isRefused = exchange.Error == ProxyErrorCode.UpstreamRefused;
        retry.MayRepeat = canResend && (nothingSent || isRefused || MayRepeat(exchange));
        if (isRefused)
        {
            exchange.RefusedBy = upstream.Connection;
        }

        bool isStale = ProxyErrors.Get(exchange.Error).Retry == RetryRule.IfReused && upstream.WasReused;
        if (isStale && retry.MayRepeat && !exchange.ReuseFailed)
        {
            exchange.ReuseFailed = true;
            Decide(exchange, RetryReason.StaleConnection, delayMs: 0);
        }
    }

    /// <summary>Whether a response whose head was read is not passed on, because the request is to be sent again, here or to another upstream.</summary>
    public static bool HoldsBack(Exchange exchange)
    {
        RetryState retry = exchange.Retry;
        int status = exchange.Response.Status;
        if (status < FirstError)
        {
            return false;
        }

        bool isTrigger = retry.Plan.On.HasStatus(status);
        bool isFailoverTrigger = retry.Failover is { } failover && failover.On.HasStatus(status);
        if (!(isTrigger || isFailoverTrigger) || exchange.IsMirror || exchange.InterimCount > 0
            || !MayRepeat(exchange) || !retry.CanResend(exchange.Pump.HasStarted))
        {
            return false;
        }

        if (isTrigger && MayWait(exchange, out int askedMs) && TryDecide(exchange, RetryReason.Status, askedMs))
        {
            return true;
        }

        return isFailoverTrigger && FailoverDecision.TryDecide(exchange);
    }

    /// <summary>Whether to go on with another attempt; then the exchange's error is forgotten.</summary>
    public static bool TryAgain(Exchange exchange)
    {
        RetryState retry = exchange.Retry;
        RetryConditions condition = RetryReasons.ConditionOf(exchange.Error);
        if (exchange.HasFailed && !retry.IsDecided)
        {
            _ = (retry.MayRepeat && (!exchange.IsMirror || condition == RetryConditions.Refused) && condition != RetryConditions.NoServer && retry.Plan.On.Has(condition)
                    && TryDecide(exchange, RetryReasons.Of(condition), askedMs: 0))
                || FailoverDecision.TryDecide(exchange, condition);
        }
        else if (exchange.HasFailed && condition == RetryConditions.None)
        {
            // The client, or the time of the whole exchange, ended it meanwhile.
            retry.IsDecided = false;
        }

        if (!retry.IsDecided)
        {
            return false;
        }

        exchange.ForgetError();
        exchange.Response.Reset();
        exchange.ResponseTrailers = null;
        if (retry.NextUpstream is { } next)
        {
            retry.MoveTo(next);
        }

        retry.Rewind();
        return true;
    }

    private static bool MayRepeat(Exchange exchange) => exchange.Retry.Plan.NonIdempotent || exchange.Request.Method.IsIdempotent();

    // A server that asks for more patience than there is has none of the retries.
    private static bool MayWait(Exchange exchange, out int askedMs)
    {
        RetryPlan plan = exchange.Retry.Plan;
        long asked = plan.RetryAfterMaxMs == 0 ? 0 : RetryAfterField.Read(exchange.Response.Status, exchange.Response.Fields, exchange.Worker.Clock);
        askedMs = (int)Math.Min(asked, plan.RetryAfterMaxMs);
        return asked <= plan.RetryAfterMaxMs;
    }

    private static bool TryDecide(Exchange exchange, RetryReason reason, int askedMs)
    {
        RetryState retry = exchange.Retry;
        UpstreamState upstream = exchange.UpstreamState!;
        bool isOtherServerMeant = reason != RetryReason.Refused;
        ulong failedBefore = exchange.FailedServers;
        exchange.FailedServers |= isOtherServerMeant ? exchange.Member!.Bit : 0;
        bool hasWorked = reason is RetryReason.Reset or RetryReason.Timeout or RetryReason.Status;
        if (retry.Count >= retry.Plan.AttemptsMax || !OtherServer.Exists(exchange, upstream) || (hasWorked && !retry.TryTakeBudget(upstream)))
        {
            exchange.FailedServers = failedBefore;
            return false;
        }

        bool isHarmless = !hasWorked && (!isOtherServerMeant || OtherServer.HasUntried(exchange, upstream));
        int delayMs = isHarmless ? 0 : Backoff(exchange);
        exchange.ReuseFailed = false;
        retry.Count++;
        Decide(exchange, reason, Math.Max(delayMs, askedMs));
        return true;
    }

    private static void Decide(Exchange exchange, RetryReason reason, int delayMs)
    {
        exchange.Retry.IsDecided = true;
        exchange.Retry.DelayMs = delayMs;
        exchange.UpstreamState!.Health.Retries.Count(reason);
    }

    // Full jitter: requests that failed together don't come back together.
    private static int Backoff(Exchange exchange)
    {
        RetryPlan plan = exchange.Retry.Plan;
        long longest = Math.Min((long)plan.BackoffBaseMs << exchange.Retry.Count, plan.BackoffMaxMs);
#pragma warning disable CA5394 // How long is waited is no secret.
        return exchange.Worker.Random.Next((int)longest + 1);
#pragma warning restore CA5394
    }
}
