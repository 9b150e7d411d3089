using System.Net.Sockets;

namespace Sluice.Load.Latency;

/// <summary>A kept-alive connection with at most one request under way.</summary>
internal sealed class OpenLoopConnection(Socket socket)
{
    public Socket Socket { get; } = socket;

    /// <summary>Stopwatch timestamp at which the request was due, whenever it was really sent.</summary>
    public long DueAt { get; set; }

    public int ReceivedBytes { get; set; }
}
