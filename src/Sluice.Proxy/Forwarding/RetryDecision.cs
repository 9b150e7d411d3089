using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Forwarding;

/// <summary>Whether a request that failed before its response began is sent again.</summary>
/// <remarks>
/// A connection that could not be made: to another server, for every method, because nothing was sent. A connection that had been used before
/// and died before the first byte of the response: once, on a fresh one, if nothing of the request was sent, or if it is idempotent and
/// can be sent whole again (RFC 9110, section 9.2.2; RFC 9112, section 9.3.1). A server that says that it didn't act on the request: a few times, for every
/// method (RFC 9113, section 8.7). Everything else is the client's to decide. The copy of a request is worth only what costs no other server anything.
/// </remarks>
internal static class RetryDecision
{
    private const int ConnectAttemptsMax = 3;
    private const int RefusalsMax = 3;

    /// <summary>Remembers what the failed attempt allows; called while its server's side is still known.</summary>
    public static void Note(Exchange exchange, UpstreamStream upstream, IoResult sent)
    {
        RetryRule rule = ProxyErrors.Get(exchange.Error).Retry;
        bool nothingSent = sent.IsError && upstream.NothingSent;
        bool canRepeat = !exchange.Pump.HasStarted && (nothingSent || exchange.Request.Method.IsIdempotent());
        if (rule == RetryRule.IfReused && upstream.WasReused && canRepeat && !exchange.ReuseFailed && exchange.InterimCount == 0)
        {
            exchange.ReuseFailed = true;
            exchange.RetryAllowed = true;
        }

        if (rule == RetryRule.IfRefused && !exchange.Pump.HasStarted && exchange.InterimCount == 0)
        {
            exchange.Refusals++;
            exchange.RefusedBy = upstream.Connection;
            exchange.RetryAllowed = exchange.Refusals < RefusalsMax;
        }
    }

    /// <summary>Whether to go on with another attempt; then the exchange's error is forgotten.</summary>
    public static bool TryAgain(Exchange exchange)
    {
        if (ProxyErrors.Get(exchange.Error).Retry == RetryRule.NothingSent)
        {
            MarkFailed(exchange);
            exchange.RetryAllowed = !exchange.IsMirror && exchange.Attempts < ConnectAttemptsMax && HasOther(exchange);
            exchange.ReuseFailed = false;
        }

        if (!exchange.RetryAllowed)
        {
            return false;
        }

        exchange.RetryAllowed = false;
        exchange.ForgetError();
        return true;
    }

    private static void MarkFailed(Exchange exchange) => exchange.FailedServers |= exchange.Member!.Bit;

    private static bool HasOther(Exchange exchange)
    {
        foreach (UpstreamMember member in exchange.UpstreamState!.Members)
        {
            if ((exchange.FailedServers & member.Bit) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
