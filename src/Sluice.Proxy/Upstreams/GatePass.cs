using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Upstreams;

/// <summary>The place of a request behind a gate: taken before it goes to a server, given back when it is over there. One for each kind of gate and exchange; for its loop.</summary>
/// <param name="exchange">The request.</param>
internal sealed class GatePass(Exchange exchange)
{
    private RequestGate? _gate;

    /// <summary>Whether it is behind a gate.</summary>
    public bool IsHeld => _gate is not null;

    /// <summary>Goes through, if that is possible at once. Also true when it went through before, and at a gate without a limit.</summary>
    public bool TryEnter(RequestGate gate)
    {
        if (gate.Limit == 0 || ReferenceEquals(_gate, gate))
        {
            return true;
        }

        Debug.Assert(_gate is null, "It leaves one gate before it goes to another.");
        if (!gate.TryEnter(exchange.Worker))
        {
            return false;
        }

        _gate = gate;
        return true;
    }

    /// <summary>Waits for its turn. False with the reason in the exchange.</summary>
    /// <param name="gate">The gate, which has refused it.</param>
    /// <param name="queueMax">How many requests of this worker may wait.</param>
    /// <param name="timeoutMs">How long.</param>
    /// <param name="fullError">Why there is no place in the queue.</param>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<bool> WaitAsync(RequestGate gate, int queueMax, int timeoutMs, ProxyErrorCode fullError)
    {
        GateQueue queue = gate.QueueOf(exchange.Worker);
        if (queue.TryEnqueue(exchange, queueMax, fullError) is not { } waiter)
        {
            exchange.Fail(fullError);
            return false;
        }

        await waiter.WaitAsync(timeoutMs);
        exchange.Waiting = null;
        _gate = waiter.IsAdmitted ? gate : null;
        queue.Recycle(waiter);
        if (exchange.HasFailed)
        {
            Leave();
            return false;
        }

        return true;
    }

    /// <summary>Goes on with the place of another try of the request, which has none then.</summary>
    public void TakeFrom(GatePass other)
    {
        Debug.Assert(_gate is null, "It has given back its own.");
        _gate = other._gate;
        other._gate = null;
    }

    /// <summary>Gives its place back, if it has one behind another gate.</summary>
    public void LeaveUnless(RequestGate? gate)
    {
        if (!ReferenceEquals(_gate, gate))
        {
            Leave();
        }
    }

    /// <summary>Gives its place back, if it has one.</summary>
    public void Leave()
    {
        if (_gate is { } gate)
        {
            _gate = null;
            gate.Leave(exchange.Worker.Index);
        }
    }
}
