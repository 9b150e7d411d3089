using Sluice.Reactor.Sockets;

namespace Sluice.Reactor.ScarceHost;

/// <summary>Keeps every connection open until it is told to free them. Used on its loop only.</summary>
internal sealed class KeepingAcceptor : IAcceptor
{
    private readonly List<StreamSocket> _kept = [];
    private int _accepted;
    private int _pauses;

    public void OnAccepted(Listener listener, StreamSocket socket, PeerAddress peer)
    {
        _accepted++;
        _kept.Add(socket);
    }

    public void OnAcceptPaused(Listener listener, int error) => _pauses++;

    public string State() => $"{_accepted} {_pauses} {(long)Environment.CpuUsage.TotalTime.TotalMilliseconds}";

    public string Free()
    {
        foreach (StreamSocket socket in _kept)
        {
            socket.Close();
        }

        _kept.Clear();
        return State();
    }
}
