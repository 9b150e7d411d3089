using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sluice.TestKit.Tools;

/// <summary>Ports for programs that can't be told to take any. Any thread.</summary>
public static class FreePort
{
    // Below those that Linux gives to whoever asks for any, 32768 and above: none of the many sockets of other tests gets one between its finding and its use.
    private const int First = 10_000;
    private const int Count = 22_000;

    // Processes that run side by side begin far from each other, and none finds a port twice before it has been round.
    private const int StepOfProcess = 641;

    // What other processes can't find as long as this one runs: a name for each port, without a file, of which there is one on the machine.
    private static readonly ConcurrentBag<Socket> Claims = [];

    private static int Next = Environment.ProcessId % Count * StepOfProcess % Count;

    /// <summary>One that nobody uses, on any address, for TCP and for UDP.</summary>
    /// <exception cref="InvalidOperationException">All are in use.</exception>
    public static int Find()
    {
        for (int i = 0; i < Count; i++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref Next) % Count);
            if (IsFree(port) && TryClaim(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port of {First} to {First + Count - 1} is free.");
    }

    private static bool IsFree(int port)
    {
        using var stream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            stream.Bind(new IPEndPoint(IPAddress.Any, port));
            datagrams.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool TryClaim(int port)
    {
        var claim = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            claim.Bind(new UnixDomainSocketEndPoint($"\0sluice-test-port-{port}"));
            Claims.Add(claim);
            return true;
        }
        catch (SocketException)
        {
            claim.Dispose();
            return false;
        }
    }
}
