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
    private const long DiscardBytesMax = 256 * 1024;

    private static readonly ValueTask<ProxyErrorCode> Broken = new(ProxyErrorCode.ClientGone);

    private long _discardedBytes;

    /// <summary>What the leader is sent in place of the response; null for the response.</summary>
    public ErrorPage? Page { get; private set; }

    /// <inheritdoc/>
    public override bool SupportsChunked => fetch.Phase != FetchPhase.Passing || fetch.Leader is not { } leader || leader.Client.SupportsChunked;

    /// <inheritdoc/>
    public override bool ClosesAfterResponse => false;

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
        }
    }

    /// <inheritdoc/>
    public override void WriteUpgradeHead(Exchange exchange) => Debug.Fail("A request for another protocol is not for the cache.");

    /// <inheritdoc/>
    public override ValueTask<ProxyErrorCode> SendContentAsync(Exchange exchange, BodySlice slice)
    {
        exchange.ResponseStarted = true;
        exchange.ResponseCompleted |= slice.IsLast;
        switch (fetch.Phase)
        {
            case FetchPhase.Storing or FetchPhase.Handing:
                return slice.Count > 0 || slice.IsLast ? fetch.StoreAsync(slice) : default;
            case FetchPhase.Passing:
                return fetch.Leader is null ? Broken : Page is null ? PassAsync(exchange, slice) : Discard(exchange, slice);
            default:
                // Of a status that something stale takes the place of, nothing is wanted.
                return Discard(exchange, slice);
        }
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
    internal override ISpliceEnd? AsSpliceEnd() => null;

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

    // Reading more of what nobody wants costs more than a connection does.
    private ValueTask<ProxyErrorCode> Discard(Exchange exchange, BodySlice slice)
    {
        _discardedBytes += slice.Count;
        if (_discardedBytes > DiscardBytesMax && !slice.IsLast)
        {
            exchange.Fail(ProxyErrorCode.ClientGone);
        }

        return default;
    }

    private static void FailWith(Exchange exchange, Exchange leader)
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
