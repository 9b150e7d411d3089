using System.Net.Sockets;
using Sluice.Reactor.Sockets;
using Xunit;

namespace Sluice.Reactor.Tests.Sockets;

/// <summary>What continuations may do that run inline, inside the dispatch of events.</summary>
public sealed class ReentrancyTests
{
    [Fact]
    public async Task Continuation_ClosesSiblingOfTheSameBatch_ItsEventReachesNobody()
    {
        using var reactors = new Reactors();
        (StreamSocket first, Socket firstPeer) = await reactors.ConnectAsync();
        (StreamSocket second, Socket secondPeer) = await reactors.ConnectAsync();
        (ListeningSocket unix, _) = await reactors.ListenAsync(Reactors.UnixEndPoint());
        Task<StreamSocket> racing = reactors.OnAsync(async loop =>
        {
            // Whichever is reported first closes the other, and a new connection takes the slot that became free.
            Task<StreamSocket> one = ReplaceAsync(loop, first, second, unix);
            Task<StreamSocket> two = ReplaceAsync(loop, second, first, unix);
            return await await Task.WhenAny(one, two);
        });
        reactors.WhileHeld(() =>
        {
            firstPeer.Send("1"u8);
            secondPeer.Send("2"u8);
        });
        StreamSocket fresh = await racing;
        Assert.False(await reactors.On(_ => fresh.IsReadable));
        Assert.True(await reactors.On(_ => first.IsClosed != second.IsClosed));
    }

    [Fact]
    public async Task Continuation_ClosesItsOwnSocket_RestOfTheEventIsDropped()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        byte[] much = new byte[8 * 1024 * 1024];
        Task<IoResult> receiving = reactors.OnAsync(async _ => await socket.ReceiveAsync(new byte[8], 0, 8));
        Task<bool> sending = reactors.OnAsync(async _ =>
        {
            IoResult result = await socket.SendAsync(much, 0, much.Length);
            socket.Close();
            return result.IsError;
        });
        await reactors.UntilAsync(() => socket.IsSendPending);

        // The reset is one event for both directions: the send ends first, closes the socket, and the receive is canceled by that.
        reactors.WhileHeld(() =>
        {
            peer.LingerState = new LingerOption(true, 0);
            peer.Close();
        });
        Assert.True(await sending);
        Assert.True((await receiving).IsCanceled);
    }

    [Fact]
    public async Task Continuation_StartsTheNextReceiveAndSend_BothWork()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        Task<int> echoing = reactors.OnAsync(async _ =>
        {
            byte[] buffer = new byte[3];
            int total = 0;
            while (await socket.ReceiveAsync(buffer, 0, 3) is { Code: > 0 } received)
            {
                total += (await socket.SendAsync(buffer, 0, received.Bytes)).Bytes;
            }

            return total;
        });
        byte[] back = new byte[10];
        for (int i = 0; i < 100; i++)
        {
            peer.Send("0123456789"u8);
            for (int at = 0; at < 10;)
            {
                at += peer.Receive(back, at, 10 - at, SocketFlags.None);
            }

            Assert.Equal("0123456789"u8, back);
        }

        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(1000, await echoing);
    }

    [Fact]
    public async Task Continuation_OfACanceledSendClosesTheSocket_ReceiveEndsToo()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, _) = await reactors.ConnectAsync();
        byte[] much = new byte[8 * 1024 * 1024];
        Task<IoResult> receiving = reactors.OnAsync(async _ => await socket.ReceiveAsync(new byte[8], 0, 8));
        Task<bool> sending = reactors.OnAsync(async _ =>
        {
            await socket.SendAsync(much, 0, much.Length);
            socket.Close();
            return socket.IsClosed;
        });
        await reactors.UntilAsync(() => socket.IsSendPending);
        int targets = await reactors.On(loop => loop.TargetCount);
        await reactors.On(_ =>
        {
            socket.Close();
            return true;
        });
        Assert.True(await sending);
        Assert.True((await receiving).IsCanceled);
        Assert.Equal(targets - 1, await reactors.On(loop => loop.TargetCount));
    }

    private static async Task<StreamSocket> ReplaceAsync(EventLoop loop, StreamSocket mine, StreamSocket other, ListeningSocket listening)
    {
        IoResult received = await mine.ReceiveAsync(new byte[8], 0, 8);
        if (received.IsCanceled)
        {
            // Closed by the other one, whose connection is the answer.
            return await new TaskCompletionSource<StreamSocket>().Task;
        }

        int slot = other.Slot;
        other.Close();
        var connector = new Connector(loop);
        ValueTask<IoResult> connecting = connector.ConnectAsync(new SocketTarget(listening.EndPoint), 1000);
        Assert.True(connecting.IsCompletedSuccessfully);
        await connecting;
        StreamSocket fresh = connector.TakeSocket()!;
        Assert.Equal(slot, fresh.Slot);
        return fresh;
    }
}
