using System.Net;
using System.Net.Sockets;
using Sluice.Reactor.Sockets;
using Xunit;

namespace Sluice.Reactor.Tests.Sockets;

public sealed class ConnectorTests
{
    private const int NoSuchFile = 2;
    private const int ConnectionRefused = 111;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("unix")]
    public async Task Connect_SomebodyListens_GivesAWorkingSocket(string address)
    {
        using var reactors = new Reactors();
        EndPoint endPoint = address == "unix" ? Reactors.UnixEndPoint() : new IPEndPoint(IPAddress.Parse(address), 0);
        (ListeningSocket listening, CollectingAcceptor acceptor) = await reactors.ListenAsync(endPoint);
        (IoResult result, StreamSocket? socket) = await ConnectAsync(reactors, listening.EndPoint, 5000);
        Assert.Equal(default, result);
        StreamSocket accepted = await acceptor.NextAsync();
        Task<IoResult> receiving = reactors.OnAsync(async _ => await accepted.ReceiveAsync(new byte[8], 0, 8));
        Assert.Equal(4, (await reactors.OnAsync(async _ => await socket!.SendAsync("ping"u8.ToArray(), 0, 4))).Bytes);
        Assert.Equal(4, (await receiving).Bytes);
    }

    [Fact]
    public async Task Connect_NobodyListens_GivesTheErrorAndLeavesNothingOpen()
    {
        using var reactors = new Reactors();
        using Socket bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int targets = await reactors.On(loop => loop.TargetCount);
        int descriptors = Descriptors();
        for (int i = 0; i < 50; i++)
        {
            (IoResult refused, StreamSocket? none) = await ConnectAsync(reactors, bound.LocalEndPoint!, 5000);
            Assert.Equal(ConnectionRefused, refused.Error);
            Assert.Null(none);
            (IoResult missing, none) = await ConnectAsync(reactors, Reactors.UnixEndPoint(), 5000);
            Assert.Equal(NoSuchFile, missing.Error);
            Assert.Null(none);
        }

        Assert.Equal(targets, await reactors.On(loop => loop.TargetCount));
        Assert.InRange(Descriptors(), 0, descriptors + 20);
    }

    [Fact]
    public async Task Connect_NoAnswer_TimesOutNotEarlier()
    {
        using var reactors = new Reactors();
        using Socket full = FullListener();
        long began = LoopClock.NowMs;
        (IoResult result, StreamSocket? socket) = await ConnectAsync(reactors, full.LocalEndPoint!, 200);
        Assert.True(result.IsTimedOut);
        Assert.Null(socket);
        Assert.InRange(LoopClock.NowMs - began, 199, (long)Reactors.Patience.TotalMilliseconds);
        Assert.Equal(0, await reactors.On(loop => loop.TargetCount));
    }

    [Fact]
    public async Task Connect_Canceled_EndsAtOnceAndTheConnectorIsReusable()
    {
        using var reactors = new Reactors();
        using Socket full = FullListener();
        (ListeningSocket listening, _) = await reactors.ListenAsync();
        Connector connector = await reactors.On(loop => new Connector(loop));
        Task<IoResult> connecting = reactors.OnAsync(async _ => await connector.ConnectAsync(new SocketTarget(full.LocalEndPoint!), 60_000));
        await reactors.On(_ =>
        {
            connector.Cancel();
            connector.Cancel();
            return true;
        });
        Assert.True((await connecting).IsCanceled);
        Assert.Null(connector.TakeSocket());
        IoResult again = await reactors.OnAsync(async _ => await connector.ConnectAsync(new SocketTarget(listening.EndPoint), 5000));
        Assert.Equal(default, again);
        Assert.NotNull(connector.TakeSocket());
    }

    // Its queue is filled, so that the kernel drops what else wants to connect.
    private static Socket FullListener()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        for (int i = 0; i < 4; i++)
        {
            // The first waits until it is connected: of what comes at once, each might still find room.
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = i == 0 };
            try
            {
                filler.Connect(listener.LocalEndPoint!);
            }
            catch (SocketException) when (i > 0)
            {
                // In progress, or for ever.
            }
        }

        return listener;
    }

    private static async Task<(IoResult Result, StreamSocket? Socket)> ConnectAsync(Reactors reactors, EndPoint endPoint, int timeoutMs)
    {
        Connector connector = await reactors.On(loop => new Connector(loop));
        IoResult result = await reactors.OnAsync(async _ => await connector.ConnectAsync(new SocketTarget(endPoint), timeoutMs));
        return (result, connector.TakeSocket());
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
