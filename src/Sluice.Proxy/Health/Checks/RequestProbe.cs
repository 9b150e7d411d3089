using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Health.Checks;

/// <summary>Sends a server a request of HTTP, over a connection that is closed afterwards, and judges the response.</summary>
internal abstract class RequestProbe : Probe
{
    private readonly CheckRequest _request;

    /// <summary>Creates it.</summary>
    /// <param name="target">Who is asked.</param>
    /// <param name="request">What.</param>
    protected RequestProbe(ProbeTarget target, CheckRequest request)
        : base(target)
    {
        _request = request;
        Content = new CheckContent(target.Worker.Loop.Buffers);
    }

    /// <summary>What was read of the content.</summary>
    protected CheckContent Content { get; }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public sealed override async ValueTask<CheckResult> RunAsync(Exchange exchange)
    {
        if (!_request.TryPresent(exchange))
        {
            return CheckResult.Failed("its request can't be sent");
        }

        UpstreamPool pool = Target.Server.PoolOf(Target.Worker);
        UpstreamStream? stream = await pool.RentAsync(exchange);
        CheckResult result = stream is null ? FailureOf(exchange) : await AskAsync(exchange, stream);
        Content.Release();

        // What didn't come to a request, such as a connection that never began HTTP/2.
        pool.Abort();
        return result;
    }

    /// <inheritdoc/>
    public sealed override void Abandon()
    {
        Content.Release();
        Target.Server.PoolAt(Target.Worker.Index)?.Abort();
    }

    /// <summary>Judges a response of which the final head was read.</summary>
    protected abstract ValueTask<CheckResult> JudgeAsync(Exchange exchange, UpstreamStream stream);

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<CheckResult> AskAsync(Exchange exchange, UpstreamStream stream)
    {
        exchange.Upstream = stream;
        stream.BeginRequest(exchange);
        IoResult sent = await stream.SendHeadAsync(exchange, _request.Content);
        if (sent.IsError)
        {
            // What the server may have answered is there already or never comes.
            stream.StartFirstByteTimer(1);
        }

        // Interim responses are no answer; more of them than are passed on are not waited for.
        ProxyErrorCode error = await stream.ReadHeadAsync(exchange);
        for (int heads = 1; error == ProxyErrorCode.None && exchange.Response.IsInterim && heads <= exchange.Limits.InterimResponsesMax; heads++)
        {
            error = await stream.ReadHeadAsync(exchange);
        }

        CheckResult result;
        if (error == ProxyErrorCode.None)
        {
            result = await JudgeAsync(exchange, stream);
        }
        else
        {
            exchange.Fail(error);
            result = FailureOf(exchange);
        }

        exchange.Upstream = null;
        exchange.Waiting = null;
        stream.Close();
        return result;
    }
}
