using System.Net;
using System.Net.Sockets;
using Sluice.Reactor.Sockets;
using Xunit;

namespace Sluice.Reactor.Tests.Sockets;

public sealed class ListeningSocketTests
{
    private const int AddressInUse = 98;
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public void Open_PortZeroForTwoLoops_BindsBothToTheSamePort()
    {
        ListeningSocket[] sockets = ListeningSocket.Open(AnyPort, 2);
        Assert.Equal(2, sockets.Length);
        Assert.NotEqual(0, ((IPEndPoint)sockets[0].EndPoint).Port);
        Assert.Equal(sockets[0].EndPoint, sockets[1].EndPoint);
        DisposeAll(sockets);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_PortInUse_ThrowsAddressInUse(bool bySluice)
    {
        using ListeningSocket? own = bySluice ? ListeningSocket.Open(AnyPort, 1)[0] : null;
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (!bySluice)
        {
            other.Bind(AnyPort);
            other.Listen();
        }

        EndPoint taken = own?.EndPoint ?? other.LocalEndPoint!;
        Assert.Equal(AddressInUse, Assert.Throws<ReactorException>(() => ListeningSocket.Open(taken, 2)).Error);
    }

    [Fact]
    public void Open_PortFreedAMomentAgo_Succeeds()
    {
        ListeningSocket first = ListeningSocket.Open(AnyPort, 1)[0];
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            client.Connect(first.EndPoint);
        }

        first.Dispose();
        DisposeAll(ListeningSocket.Open(first.EndPoint, 2));
    }

    [Fact]
    public void Open_UnixFileLeftBehind_IsReplaced()
    {
        UnixDomainSocketEndPoint endPoint = Reactors.UnixEndPoint();
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(endPoint);

            // The framework removes the file when it closes; under another name it survives, as after a crash.
            File.Move(endPoint.ToString()!, endPoint + ".kept");
        }

        File.Move(endPoint + ".kept", endPoint.ToString()!);
        ListeningSocket[] sockets = ListeningSocket.Open(endPoint, 4);
        Assert.True(Assert.Single(sockets).IsShared);
        DisposeAll(sockets);
        Assert.False(File.Exists(endPoint.ToString()));
    }

    [Fact]
    public void Open_UnixAnswered_ThrowsAddressInUseAndKeepsTheFile()
    {
        UnixDomainSocketEndPoint endPoint = Reactors.UnixEndPoint();
        using ListeningSocket first = ListeningSocket.Open(endPoint, 1)[0];
        Assert.Equal(AddressInUse, Assert.Throws<ReactorException>(() => ListeningSocket.Open(endPoint, 1)).Error);
        Assert.True(File.Exists(endPoint.ToString()));
    }

    [Fact]
    public void Open_UnixPathIsAnOrdinaryFile_ThrowsAndTheFileSurvives()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "precious");
        Assert.Equal(AddressInUse, Assert.Throws<ReactorException>(() => ListeningSocket.Open(new UnixDomainSocketEndPoint(path), 1)).Error);
        Assert.Equal("precious", File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void Dispose_Twice_RemovesTheFileOnce()
    {
        UnixDomainSocketEndPoint endPoint = Reactors.UnixEndPoint();
        ListeningSocket socket = ListeningSocket.Open(endPoint, 1)[0];
        socket.Dispose();
        Assert.False(File.Exists(endPoint.ToString()));
        using ListeningSocket successor = ListeningSocket.Open(endPoint, 1)[0];
        socket.Dispose();
        Assert.True(File.Exists(endPoint.ToString()));
    }

    [Fact]
    public void ReadEndPoint_LinkLocal_KeepsTheScope()
    {
        Span<byte> address = stackalloc byte[Interop.KernelAddress.BytesMax];
        var endPoint = new IPEndPoint(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 3), 80);
        Interop.KernelAddress.Write(endPoint, address);
        Assert.Equal(endPoint, Interop.KernelAddress.ReadEndPoint(address));
    }

    private static void DisposeAll(ListeningSocket[] sockets)
    {
        foreach (ListeningSocket socket in sockets)
        {
            socket.Dispose();
        }
    }
}
