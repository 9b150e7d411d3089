using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.ErrorPages;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching.Fetching;

/// <summary>The client's side of a fetch: what is answered is stored for those who wait, or goes on to the client of the one request that it was fetched for.</summary>
internal sealed class FetchClientStream(Fetch fetch) : ClientStream
{
    private static readonly ValueTask<ProxyErrorCode> Broken = new(ProxyErrorCode.ClientGone);

    /// <summary>What the leader is sent in place of the response; null for the response.</summary>
    public ErrorPage? Page { get; private set; }

    /// <inheritdoc/>
    public override bool SupportsChunked => fetch.Phase != FetchPhase.Passing || fetch.Leader is not { } leader || leader.Client.SupportsChunked;

    /// <inheritdoc/>
    public override bool ClosesAfterResponse => false;

    /// <inheritdoc/>
    internal override bool WantsContent => fetch.Phase is FetchPhase.Storing or FetchPhase.Handing or FetchPhase.Passing;

    /// <inheritdoc/>
    internal override int BufferedBytes => 0;

    /// <inheritdoc/>
    public override void CloseAfterResponse()
    {
    }

    /// <inheritdoc/>
    public override bool TryReadBuffered(Exchange exchange, out BodySlice slice)
    {
        slice = BodySlice.End;
        return true;
    }

    /// <inheritdoc/>
    public override ValueTask<BodySlice> ReadContentAsync(Exchange exchange) => new(BodySlice.End);

    /// <inheritdoc/>
    public override void StopReading()
    {
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContinueAsync(Exchange exchange) => default;

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendInterimAsync(Exchange exchange)
    {
        fetch.OnInterim();
        return default;
    }

    /// <inheritdoc/>
    public override void WriteHead(Exchange exchange, BodyFraming framing, long contentLength)
    {
        exchange.Status = exchange.Response.Status;
        fetch.OnHead(framing == BodyFraming.Chunked || framing == BodyFraming.UntilClose ? -1 : Math.Max(contentLength, 0));
        if (fetch.Phase == FetchPhase.Passing && fetch.Leader is { } leader)
        {
            // Within this call: what the head is read from is used for the content next.
            TellOrigin(leader);
            leader.Response.CopyFrom(exchange.Response);
            leader.CacheVisit.Report.OnPassed(exchange.Status);
            CacheReport.MarkOwn(leader.Response.Fields);
            Page = ErrorPageSet.FindFor(leader);
            if (Page is null)
            {
                ResponseFraming.WriteHead(leader);
                FailWith(exchange, leader);
            }

            if (Page is not null || leader.Request.Method == RequestMethod.Head)
            {
                // A fetch is a GET: what it brings behind the head is not for a HEAD, nor for who gets a page.
                fetch.EndPassing();
            }
        }

        if (!WantsContent)
        {
            exchange.ResponseStarted = true;
            exchange.ResponseCompleted = true;
        }
    }

    /// <inheritdoc/>
    public override void WriteUpgradeHead(Exchange exchange) => Debug.Fail("A request for another protocol is not for the cache.");

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContentAsync(Exchange exchange, BodySlice slice)
    {
        exchange.ResponseStarted = true;
        exchange.ResponseCompleted |= slice.IsLast;
        Debug.Assert(WantsContent, "What nobody takes is not sent here.");
        return fetch.Phase == FetchPhase.Passing ? fetch.Leader is null ? Broken : PassAsync(exchange, slice)
            : slice.Count > 0 || slice.IsLast ? fetch.StoreAsync(slice)
            : default;
    }

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendPreparedAsync(Exchange exchange, PreparedResponse response, BodySlice content)
    {
        // What is said in place of an error depends on who has asked.
        fetch.OnFailed();
        return default;
    }

    /// <inheritdoc/>
    internal override ITunnelEnd BeginTunnel(Exchange exchange) => throw new UnreachableException("A request for another protocol is not for the cache.");

    /// <inheritdoc/>
    internal override ISpliceEnd? AsSpliceEnd() =>
        fetch.Phase == FetchPhase.Passing && fetch.Leader is { } leader && leader.Client.AsSpliceEnd() is { } client ? new LeaderSpliceEnd(leader, client) : null;

    /// <inheritdoc/>
    public override void Abort(Exchange exchange) => fetch.OnFailed();

    /// <summary>Has another request know where the response comes from: for the log, and for what is answered to errors.</summary>
    public static void TellOrigin(Exchange from, Exchange to)
    {
        to.UpstreamState = from.UpstreamState;
        to.Member = from.Member;
        to.Attempts = from.Attempts;
        to.Circuit = from.Circuit;
        to.ConnectedTimestamp = from.ConnectedTimestamp;
        to.FirstByteTimestamp = from.FirstByteTimestamp;
        to.SplitCookie = from.SplitCookie;
        to.SessionCookie = from.SessionCookie;
    }

    /// <summary>What has failed for the client has failed for the fetch.</summary>
    public static void FailWith(Exchange exchange, Exchange leader)
    {
        if (leader.HasFailed)
        {
            exchange.Fail(leader.Error, leader.Violation);
        }
    }

    private void TellOrigin(Exchange leader) => TellOrigin(fetch.Exchange, leader);

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<ProxyErrorCode> PassAsync(Exchange exchange, BodySlice slice)
    {
        // Not forgotten meanwhile: whoever goes away before the end waits for the end.
        Exchange leader = fetch.Leader!;
        if (slice.IsLast)
        {
            leader.ResponseTrailers = exchange.ResponseTrailers;
        }

        ProxyErrorCode error = await leader.Client.SendContentAsync(leader, slice);
        FailWith(exchange, leader);
        return error;
    }
}
