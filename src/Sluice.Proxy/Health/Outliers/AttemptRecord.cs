using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor;

namespace Sluice.Proxy.Health.Outliers;

/// <summary>Tells a server's counts what became of an attempt: at the head of the response, or when it has failed; and once more when the response has ended.</summary>
internal static class AttemptRecord
{
    /// <summary>Counts an attempt, on its worker's loop: one call for each.</summary>
    /// <param name="exchange">With the head of the response, or with the error.</param>
    /// <param name="stream">The server's side; null when there was none.</param>
    public static void Add(Exchange exchange, UpstreamStream? stream)
    {
        OutlierDetector detector = exchange.UpstreamState!.Outliers;
        if (!detector.IsActive || exchange.Member is not { } member)
        {
            return;
        }

        int error = ErrorOf(exchange, stream, detector);
        if (error == 0)
        {
            if (stream is not null && !exchange.HasFailed)
            {
                member.Server.Outlier.Outcomes.Succeeded(exchange.Worker.Index, MicrosecondsOf(exchange));
            }

            return;
        }

        Suspect(exchange, detector, member.Server.Outlier.Outcomes.Failed(exchange.Worker.Index, error));
    }

    /// <summary>Counts the end of a response, on its worker's loop: one call for each head that was not a failure of the attempt.</summary>
    /// <param name="exchange">Still with the head.</param>
    /// <param name="error">Why the server broke it off; <see cref="ProxyErrorCode.None"/> when it didn't.</param>
    public static void End(Exchange exchange, ProxyErrorCode error)
    {
        OutlierDetector detector = exchange.UpstreamState!.Outliers;
        if (!detector.IsActive || exchange.Member is not { } member || detector.IsError(exchange.Response.Status))
        {
            // With its head it was counted as an error: once is enough, and how it ended doesn't make it better.
            return;
        }

        ServerOutcomes outcomes = member.Server.Outlier.Outcomes;
        if (error == ProxyErrorCode.None)
        {
            outcomes.CameWhole();
        }
        else
        {
            Suspect(exchange, detector, outcomes.BrokeOff(exchange.Worker.Index, -(int)error));
        }
    }

    /// <summary>How long the server took to the head of its response, in microseconds; -1 when it had to wait for the client's content.</summary>
    public static long MicrosecondsOf(Exchange exchange) =>
        exchange.Pump.HasStarted ? -1 : LoopClock.MicrosecondsBetween(exchange.ConnectedTimestamp, exchange.Worker.Loop.NowTimestamp);

    private static void Suspect(Exchange exchange, OutlierDetector detector, int streak)
    {
        if (detector.IsSuspicious(streak))
        {
            exchange.Worker.Watch.Wake();
        }
    }

    // A status, the negative of an error code, or 0 for what doesn't count as an error.
    private static int ErrorOf(Exchange exchange, UpstreamStream? stream, OutlierDetector detector)
    {
        if (!exchange.HasFailed)
        {
            return detector.IsError(exchange.Response.Status) ? exchange.Response.Status : 0;
        }

        // One that had been used before may have been closed meanwhile, by a server in its best health.
        bool isStale = stream is { WasReused: true } && ProxyErrors.Get(exchange.Error).Retry == RetryRule.IfReused;
        return !isStale && ServerFaults.Contains(exchange.Error) ? -(int)exchange.Error : 0;
    }
}
