using System.Net.Sockets;
using Sluice.Reactor.Sockets;
using Xunit;

namespace Sluice.Reactor.Tests.Sockets;

public sealed class StreamSocketReceiveTests
{
    private const int ConnectionReset = 104;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receive_DataThenEnd_GivesBothInOrder(bool unix)
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync(unix ? Reactors.UnixEndPoint() : null);
        byte[] buffer = new byte[16];
        Task<IoResult> first = reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 3, 10));
        peer.Send("hello"u8);
        Assert.Equal(5, (await first).Bytes);
        Assert.Equal("hello"u8, buffer.AsSpan(3, 5));

        peer.Send("bye"u8);
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(3, (await reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 16))).Bytes);
        Assert.Equal(0, (await reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 16))).Code);
        Assert.Equal(0, (await reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 16))).Code);
        Assert.True(await reactors.On(_ => socket.PeerClosed));
    }

    [Fact]
    public async Task Receive_BufferSmallerThanData_GoesOnWithoutAnotherEvent()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        byte[] sent = [.. Enumerable.Range(0, 200).Select(static i => (byte)i)];
        peer.Send(sent);
        byte[] got = await reactors.OnAsync(async _ =>
        {
            byte[] all = new byte[200];
            for (int at = 0; at < all.Length;)
            {
                at += (await socket.ReceiveAsync(all, at, Math.Min(7, all.Length - at))).Bytes;
            }

            return all;
        });
        Assert.Equal(sent, got);
    }

    [Fact]
    public async Task WaitReadable_DataComes_EndsWithoutTakingIt()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        Task<IoResult> waiting = reactors.OnAsync(async _ => await socket.WaitReadableAsync());
        Assert.False(waiting.IsCompleted);
        peer.Send("abc"u8);
        Assert.Equal(default, await waiting);
        Assert.Equal(3, await reactors.On(_ => socket.UnreadBytes()));
        Assert.True(await reactors.On(_ => socket.IsReadable && socket.WaitReadableAsync().IsCompleted));
    }

    [Fact]
    public async Task Receive_Canceled_GivesTheReasonAndTheSocketWorksOn()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        byte[] buffer = new byte[8];
        Task<IoResult> waiting = reactors.OnAsync(async _ => await socket.WaitReadableAsync());
        Task<IoResult> canceledWait = reactors.On(_ =>
        {
            socket.CancelReceive(IoResult.Canceled);
            return default(IoResult);
        });
        await canceledWait;
        Assert.True((await waiting).IsCanceled);

        Task<IoResult> receiving = reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 8));
        await reactors.On(_ =>
        {
            socket.CancelReceive(IoResult.TimedOut);
            socket.CancelReceive(IoResult.TimedOut);
            return true;
        });
        Assert.True((await receiving).IsTimedOut);

        Task<IoResult> again = reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 8));
        peer.Send("x"u8);
        Assert.Equal(1, (await again).Bytes);
    }

    [Fact]
    public async Task Close_PendingReceive_EndsCanceledAndLaterOperationsToo()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, _) = await reactors.ConnectAsync();
        byte[] buffer = new byte[8];
        Task<IoResult> receiving = reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 8));
        await reactors.On(_ =>
        {
            socket.Close();
            socket.Close();
            return true;
        });
        Assert.True((await receiving).IsCanceled);
        Assert.True((await reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 8))).IsCanceled);
        Assert.True((await reactors.OnAsync(async _ => await socket.WaitReadableAsync())).IsCanceled);
        Assert.True((await reactors.OnAsync(async _ => await socket.SendAsync(buffer, 0, 8))).IsCanceled);
        Assert.Equal(0, await reactors.On(_ => socket.UnreadBytes()));
    }

    [Fact]
    public async Task Receive_PeerResets_GivesConnectionResetAndIsBroken()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        byte[] buffer = new byte[8];
        Task<IoResult> receiving = reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 8));
        peer.LingerState = new LingerOption(true, 0);
        peer.Close();
        Assert.Equal(ConnectionReset, (await receiving).Error);
        Assert.True(await reactors.On(_ => socket.Broken && socket.PeerClosed));
    }

    [Fact]
    public async Task Reset_PeerReads_SeesConnectionReset()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        await reactors.On(_ =>
        {
            socket.Reset();
            return true;
        });
        SocketException seen = Assert.Throws<SocketException>(() => peer.Receive(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, seen.SocketErrorCode);
    }

    [Fact]
    public async Task Broken_BothSidesEndInOrder_IsFalse()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        await reactors.On(_ =>
        {
            socket.ShutdownSend();
            return true;
        });
        Assert.Equal(0, peer.Receive(new byte[1]));
        peer.Send("rest"u8);
        peer.Close();
        await reactors.UntilAsync(() => socket.PeerClosed);
        Assert.False(await reactors.On(_ => socket.Broken));
        byte[] buffer = new byte[8];
        Assert.Equal(4, (await reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 8))).Bytes);
        Assert.Equal(0, (await reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 8))).Code);
    }

    [Fact]
    public async Task Broken_UnixPeerClosesAfterItsLastByte_IsTrueAndTheByteIsRead()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync(Reactors.UnixEndPoint());
        peer.Send("!"u8);
        peer.Close();
        await reactors.UntilAsync(() => socket.PeerClosed);
        Assert.True(await reactors.On(_ => socket.Broken));
        Assert.Equal(1, (await reactors.OnAsync(async _ => await socket.ReceiveAsync(new byte[8], 0, 8))).Bytes);
    }
}
