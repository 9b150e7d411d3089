using Sluice.Reactor.Sockets;

namespace Sluice.Reactor.Tests.Sockets;

/// <summary>Counts what it is told; optionally closes the socket.</summary>
internal sealed class CountingObserver(bool closes = false) : ISocketObserver
{
    public int Calls { get; private set; }

    public void OnUnexpectedEvent(StreamSocket socket)
    {
        Calls++;
        if (closes)
        {
            socket.Close();
        }
    }
}
