using System.Net;
using System.Net.Sockets;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Timers;
using Xunit;

namespace Sluice.Reactor.Tests.Sockets;

public sealed class ListenerTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("::", "::1")]
    [InlineData("::", "127.0.0.1")]
    public async Task Accept_OfEachFamily_TellsThePeer(string listenOn, string connectTo)
    {
        using var reactors = new Reactors();
        (ListeningSocket listening, CollectingAcceptor acceptor) = await reactors.ListenAsync(new IPEndPoint(IPAddress.Parse(listenOn), 0));
        Socket peer = reactors.Connect(new IPEndPoint(IPAddress.Parse(connectTo), ((IPEndPoint)listening.EndPoint).Port));
        await acceptor.NextAsync();
        var local = (IPEndPoint)peer.LocalEndPoint!;
        byte[] expected = local.Address.MapToIPv6().GetAddressBytes();
        Assert.Equal(new PeerAddress(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(expected), local.Port), acceptor.LastPeer);
        Assert.Equal(7, acceptor.LastIndex);
    }

    [Fact]
    public async Task Accept_Unix_HasNoPeerAddress()
    {
        using var reactors = new Reactors();
        (_, Socket _) = await reactors.ConnectAsync(Reactors.UnixEndPoint());
        (ListeningSocket listening, CollectingAcceptor acceptor) = await reactors.ListenAsync(Reactors.UnixEndPoint());
        reactors.Connect(listening.EndPoint);
        await acceptor.NextAsync();
        Assert.Equal(default, acceptor.LastPeer);
    }

    [Fact]
    public async Task Accept_MoreThanOneTickTakes_TakesAll()
    {
        using var reactors = new Reactors();
        (ListeningSocket listening, CollectingAcceptor acceptor) = await reactors.ListenAsync();
        reactors.WhileHeld(() =>
        {
            for (int i = 0; i < 150; i++)
            {
                reactors.Connect(listening.EndPoint);
            }
        });
        for (int i = 0; i < 150; i++)
        {
            await acceptor.NextAsync();
        }
    }

    [Fact]
    public async Task Close_InsideOnAccepted_StopsAccepting()
    {
        using var reactors = new Reactors();
        (ListeningSocket listening, CollectingAcceptor acceptor) = await reactors.ListenAsync();
        acceptor.Accepted = static (listener, _) => listener.Close();
        reactors.WhileHeld(() =>
        {
            reactors.Connect(listening.EndPoint);
            reactors.Connect(listening.EndPoint);
        });
        await acceptor.NextAsync();
        Assert.Equal(1, await reactors.On(loop => loop.TargetCount));
        Assert.Throws<SocketException>(() => reactors.Connect(listening.EndPoint));
    }

    [Fact]
    public async Task Close_InsideOnAcceptedOfARetryAfterAPause_IsFinal()
    {
        using var reactors = new Reactors();
        ListeningSocket socket = ListeningSocket.Open(new IPEndPoint(IPAddress.Loopback, 0), 1)[0];
        var acceptor = new CollectingAcceptor { Accepted = static (listener, _) => listener.Close() };
        Socket peer = reactors.Connect(socket.EndPoint);
        Assert.True(peer.Connected);
        bool paused = await reactors.On(loop =>
        {
            var listener = new Listener(loop, socket, 0, acceptor);
            ((ITimerTarget)listener).OnTimer(loop.Timers.Create(listener));
            return listener.IsPaused;
        });
        Assert.False(paused);
        Assert.Equal(1, await reactors.On(loop => loop.TargetCount));
        await acceptor.NextAsync();
    }

    [Fact]
    public async Task SharedUnixSocket_TwoLoops_AcceptEverythingAndCloseInAnyOrder()
    {
        using var reactors = new Reactors(loops: 2);
        UnixDomainSocketEndPoint endPoint = Reactors.UnixEndPoint();
        ListeningSocket socket = Assert.Single(ListeningSocket.Open(endPoint, 2));
        var acceptor = new CollectingAcceptor();
        EventLoop other = reactors.Group.Loops[1];
        Listener first = await reactors.On(loop => new Listener(loop, socket, 0, acceptor));
        Listener second = await LoopGroup.InvokeAsync(other, loop => new Listener(loop, socket, 0, acceptor));
        for (int i = 0; i < 100; i++)
        {
            reactors.Connect(endPoint);
        }

        for (int i = 0; i < 100; i++)
        {
            await acceptor.NextAsync();
        }

        // One listener before the socket, the other after it: neither may fail, and the file goes once.
        await reactors.On(loop => Closed(first));
        Assert.True(File.Exists(endPoint.ToString()));
        socket.Dispose();
        Assert.False(File.Exists(endPoint.ToString()));
        await LoopGroup.InvokeAsync(other, loop => Closed(second));
        int left = await reactors.On(loop => loop.TargetCount) + await LoopGroup.InvokeAsync(other, loop => loop.TargetCount);
        Assert.Equal(100, left);
    }

    private static bool Closed(Listener listener)
    {
        listener.Close();
        listener.Close();
        return true;
    }
}
