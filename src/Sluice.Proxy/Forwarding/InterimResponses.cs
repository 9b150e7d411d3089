using System.Runtime.CompilerServices;
using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Forwarding;

/// <summary>What happens between a request and its final response: interim responses, and asking the client for its content.</summary>
internal static class InterimResponses
{
    /// <summary>101, which ends HTTP on the connection.</summary>
    public const int SwitchingProtocols = 101;

    private const int Continue = 100;

    /// <summary>Whether what was read, or not read in time, is not the final answer yet.</summary>
    public static bool IsPending(Exchange exchange, UpstreamStream upstream, ProxyErrorCode error)
    {
        if (error == ProxyErrorCode.FirstByteTimeout)
        {
            return WaitsForContinue(exchange) && !upstream.SendFailed;
        }

        return error == ProxyErrorCode.None && IsInformational(exchange) && !IsAcceptedUpgrade(exchange);
    }

    /// <summary>Passes an interim response on, or asks for the client's content in the server's place. False when the exchange failed.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public static async ValueTask<bool> PassOnAsync(Exchange exchange, UpstreamStream upstream, ProxyErrorCode error)
    {
        exchange.Retry.Hedge?.GiveUp();

        // Without an answer in time there may be a part of a head, of which nothing counts yet.
        bool isInterim = error == ProxyErrorCode.None;
        if (isInterim && !Count(exchange, upstream))
        {
            return false;
        }

        bool asksForContent = WaitsForContinue(exchange) && (!isInterim || exchange.Response.Status == Continue);
        ValueTask<ProxyErrorCode> sending = isInterim ? exchange.Client.SendInterimAsync(exchange) : exchange.Client.SendContinueAsync(exchange);

        // It is written. The next head may come before it is sent.
        exchange.Response.Reset();
        error = await sending;
        if (error != ProxyErrorCode.None)
        {
            exchange.Fail(error);
            return false;
        }

        if (asksForContent)
        {
            exchange.ContentExpected = true;
            exchange.Pump.Start(exchange, upstream);
        }
        else
        {
            ResumeTimer(exchange, upstream);
        }

        return !exchange.HasFailed;
    }

    /// <summary>Whether what was read is an interim response to a second try, which goes to nobody. More than are taken, or a switch of protocols, fail the exchange.</summary>
    public static bool IsDropped(Exchange exchange, UpstreamStream upstream)
    {
        if (!IsInformational(exchange) || !Count(exchange, upstream))
        {
            return false;
        }

        exchange.Response.Reset();
        upstream.StartFirstByteTimer(exchange.Limits.FirstByteTimeoutMs);
        return true;
    }

    private static bool WaitsForContinue(Exchange exchange) => !exchange.ContentExpected && !exchange.Pump.IsComplete && !exchange.Pump.HasStarted;

    private static bool IsInformational(Exchange exchange) => exchange.Response.IsInterim || exchange.Response.Status == SwitchingProtocols;

    // RFC 9110, section 7.8: a server switches to what was asked for, and says so.
    private static bool IsAcceptedUpgrade(Exchange exchange) =>
        exchange.Response.Status == SwitchingProtocols
        && exchange.Request.HasUpgrade
        && Ascii.EqualsIgnoreCase(exchange.Response.UpgradeToken, exchange.Request.UpgradeToken)
        && (!exchange.Request.IsExtendedConnect || exchange.Response.IsHttp2 || WebSocketProof.IsValid(exchange));

    private static bool Count(Exchange exchange, UpstreamStream upstream)
    {
        ProxyLimits limits = exchange.Limits;
        exchange.InterimCount++;
        exchange.InterimBytes += upstream.HeadBytes;
        if (exchange.Response.Status == SwitchingProtocols)
        {
            exchange.Fail(ProxyErrorCode.UnexpectedUpgrade);
        }
        else if (exchange.InterimCount > limits.InterimResponsesMax || exchange.InterimBytes > limits.InterimBytesMax)
        {
            exchange.Fail(ProxyErrorCode.TooManyInterimResponses);
        }

        return !exchange.HasFailed;
    }

    // The time for the final head goes on; a 102 or 103 is a sign of life that starts it again.
    private static void ResumeTimer(Exchange exchange, UpstreamStream upstream)
    {
        if (!exchange.Pump.IsRunning)
        {
            ProxyLimits limits = exchange.Limits;
            upstream.StartFirstByteTimer(WaitsForContinue(exchange) ? limits.ContinueTimeoutMs : limits.FirstByteTimeoutMs);
        }
    }
}
