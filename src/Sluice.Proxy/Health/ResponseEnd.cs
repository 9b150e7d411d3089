using Sluice.Proxy.Errors;
using Sluice.Proxy.Health.Outliers;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Health;

/// <summary>Tells how a response ended whose head was counted before: that of a good one counts as an error after all if its server breaks it off.</summary>
internal static class ResponseEnd
{
    /// <summary>Counts the end of a request's response, on its worker's loop: one call for each head that was passed on, or replaced.</summary>
    /// <param name="exchange">Still with the head.</param>
    /// <param name="error">Why the content ended early; <see cref="ProxyErrorCode.None"/> when it didn't.</param>
    public static void OfRequest(Exchange exchange, ProxyErrorCode error)
    {
        OfAttempt(exchange, error);
        if (BrokenResponses.Has(error))
        {
            exchange.Circuit?.RecordBroken(exchange);
        }
    }

    /// <summary>The same for a response that nobody was to see, since the request is sent again: for the upstream that is no failed request.</summary>
    public static void OfAttempt(Exchange exchange, ProxyErrorCode error)
    {
        // Whoever else ended it, client or limit, says nothing against the server: its head was good.
        bool isBroken = BrokenResponses.Has(error);
        AttemptRecord.End(exchange, isBroken ? error : ProxyErrorCode.None);
        if (isBroken)
        {
            exchange.UpstreamState!.Health.BrokenResponses.Add(error);
        }
    }
}
