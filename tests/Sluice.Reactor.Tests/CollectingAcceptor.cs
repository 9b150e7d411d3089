using System.Threading.Channels;
using Sluice.Reactor.Sockets;

namespace Sluice.Reactor.Tests;

/// <summary>Hands accepted connections to the test.</summary>
internal sealed class CollectingAcceptor : IAcceptor
{
    private readonly Channel<StreamSocket> _accepted = Channel.CreateUnbounded<StreamSocket>();

    public Action<Listener, StreamSocket>? Accepted { get; set; }

    public PeerAddress LastPeer { get; private set; }

    public int LastIndex { get; private set; } = -1;

    public void OnAccepted(Listener listener, StreamSocket socket, PeerAddress peer)
    {
        LastPeer = peer;
        LastIndex = listener.Index;
        Accepted?.Invoke(listener, socket);
        _accepted.Writer.TryWrite(socket);
    }

    public void OnAcceptPaused(Listener listener, int error)
    {
    }

    public async Task<StreamSocket> NextAsync()
    {
        using var patience = new CancellationTokenSource(Reactors.Patience);
        return await _accepted.Reader.ReadAsync(patience.Token);
    }
}
