using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Faults;

/// <summary>Delays requests of a route, and fails them, by chance and on purpose. Immutable; read by all workers.</summary>
internal sealed class FaultInjection
{
    private const int Whole = 10_000;

    private readonly FaultPlan _plan;

    private FaultInjection(FaultPlan plan) => _plan = plan;

    /// <summary>The status of requests that are failed.</summary>
    public int AbortStatus => _plan.Abort!.Status;

    /// <summary>What a route says of it; null when that is nothing.</summary>
    public static FaultInjection? Create(FaultPlan? plan) => plan is null or { Delay: null, Abort: null } ? null : new FaultInjection(plan);

    /// <summary>Delays the request, or fails it, or both, or neither. A client that goes away meanwhile ends the wait.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public async ValueTask RunAsync(Exchange exchange)
    {
        if (_plan.Delay is { } delay && IsDrawn(exchange, delay.HundredthsOfPercent))
        {
            exchange.Waiting = exchange.Pause;
            await exchange.Pause.WaitAsync(delay.TimeMs);
            exchange.Waiting = null;
        }

        if (_plan.Abort is { } abort && !exchange.HasFailed && IsDrawn(exchange, abort.HundredthsOfPercent))
        {
            exchange.Fail(ProxyErrorCode.FaultInjected);
        }
    }

#pragma warning disable CA5394 // Who is hit is no secret.
    private static bool IsDrawn(Exchange exchange, int hundredths) => exchange.Worker.Random.Next(Whole) < hundredths;
#pragma warning restore CA5394
}
