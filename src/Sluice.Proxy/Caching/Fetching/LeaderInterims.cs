using System.Runtime.CompilerServices;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Caching.Fetching;

/// <summary>
/// Passes interim responses (RFC 9110, section 15.2; RFC 8297) of a fetch on to the request that began it. Nobody else gets them: unlike the response they don't say whether they are for
/// others as well. On the fetch's loop.
/// </summary>
/// <remarks>The fetch waits for none of it. While one is on its way to a client that doesn't take it, further ones are left out.</remarks>
internal sealed class LeaderInterims
{
    private readonly LoopCompletion<bool> _settling = new();

    /// <summary>Whether the leader's client has still to take one: nothing else may be written to it.</summary>
    public bool IsSending { get; private set; }

    /// <summary>Sends the interim response that a server has sent.</summary>
    /// <param name="from">The fetch's exchange.</param>
    /// <param name="leader">The request that waits for it.</param>
    public void Send(Exchange from, Exchange leader)
    {
        if (IsSending || leader.HasFailed)
        {
            return;
        }

        leader.Response.CopyFrom(from.Response);
        ValueTask<ProxyErrorCode> sending = leader.Client.SendInterimAsync(leader);

        // It is written.
        leader.Response.Reset();
        if (sending.IsCompleted)
        {
            FailIf(leader, sending.Result);
            return;
        }

        IsSending = true;
        _ = AwaitAsync(leader, sending);
    }

    /// <summary>Waits until nothing is on its way. For the leader alone.</summary>
    public ValueTask<bool> SettleAsync() => IsSending ? _settling.Begin() : new ValueTask<bool>(true);

    private static void FailIf(Exchange leader, ProxyErrorCode error)
    {
        if (error != ProxyErrorCode.None)
        {
            leader.Cancel(error);
        }
    }

    [AsyncMethodBuilder(typeof(DetachedMethodBuilder))]
    private async ValueTask AwaitAsync(Exchange leader, ValueTask<ProxyErrorCode> sending)
    {
        ProxyErrorCode error = await sending;
        IsSending = false;
        FailIf(leader, error);
        if (_settling.IsPending)
        {
            _settling.Complete(true);
        }
    }
}
