using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Retries;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Failover;

/// <summary>Whether a request goes on to another upstream, once its own has had its retries.</summary>
/// <remarks>Nothing is sent twice here that <see cref="RetryDecision"/> would not send twice. The budget of retries is not asked: the other upstream has servers of its own.</remarks>
internal static class FailoverDecision
{
    private const int FirstServerError = 500;

    /// <summary>Decides after a response whose status asks for it.</summary>
    public static bool TryDecide(Exchange exchange) => exchange.Retry.Failover is { } route && FindNext(exchange, route) is { } next && Decide(exchange, next);

    /// <summary>Decides after an error.</summary>
    public static bool TryDecide(Exchange exchange, RetryConditions condition)
    {
        RetryState retry = exchange.Retry;
        if (retry.Failover is not { } route || !retry.MayRepeat)
        {
            return false;
        }

        UpstreamState? next = route.On.Has(condition) ? FindNext(exchange, route) : null;
        next ??= IsOwnError(exchange.Error) ? LastResort(exchange, route) : null;
        return next is not null && Decide(exchange, next);
    }

    // When the time of the whole exchange is up, there is none left for another upstream.
    private static bool IsOwnError(ProxyErrorCode error) =>
        ProxyErrors.Get(error) is { Side: ErrorSide.Upstream, Status: >= FirstServerError }
        && error is not (ProxyErrorCode.RequestTimeout or ProxyErrorCode.GrpcDeadlineExceeded);

    private static bool Decide(Exchange exchange, UpstreamState next)
    {
        exchange.Retry.NextUpstream = next;
        exchange.Retry.IsDecided = true;
        exchange.Retry.DelayMs = 0;
        return true;
    }

    // One without a server is passed by: an answer that is there is worth more than none.
    private static UpstreamState? FindNext(Exchange exchange, FailoverRoute route)
    {
        RetryState retry = exchange.Retry;
        while (retry.FailoverCount < route.Upstreams.Length)
        {
            UpstreamState upstream = route.Upstreams[retry.FailoverCount++];
            if (upstream.Candidates.Members.Length > 0)
            {
                return upstream;
            }
        }

        return null;
    }

    private static UpstreamState? LastResort(Exchange exchange, FailoverRoute route)
    {
        // Only once; and not from itself.
        bool isLeft = exchange.Retry.FailoverCount <= route.Upstreams.Length && !ReferenceEquals(exchange.UpstreamState, route.LastResort);
        exchange.Retry.FailoverCount = route.Upstreams.Length + 1;
        return isLeft ? route.LastResort : null;
    }
}
