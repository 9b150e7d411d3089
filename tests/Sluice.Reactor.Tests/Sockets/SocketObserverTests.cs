using System.Net.Sockets;
using Sluice.Reactor.Sockets;
using Xunit;

namespace Sluice.Reactor.Tests.Sockets;

public sealed class SocketObserverTests
{
    [Fact]
    public async Task Observer_DataOutOfTurn_IsToldAndTheDataKept()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        var observer = new CountingObserver();
        await reactors.On(_ => socket.Observer = observer);
        peer.Send("x"u8);
        await reactors.UntilAsync(() => observer.Calls > 0);
        Assert.Equal(1, (await reactors.OnAsync(async _ => await socket.ReceiveAsync(new byte[4], 0, 4))).Bytes);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Observer_PeerClosesOrResets_IsToldAndMayClose(bool unix, bool resets)
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync(unix ? Reactors.UnixEndPoint() : null);
        var observer = new CountingObserver(closes: true);
        await reactors.On(_ => socket.Observer = observer);
        peer.LingerState = new LingerOption(resets, 0);
        peer.Close();
        await reactors.UntilAsync(() => socket.IsClosed);
        Assert.Equal(1, observer.Calls);
    }

    [Fact]
    public async Task Observer_EventOfDataThatWasReadEarlierInTheBatch_IsNotTold()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        (StreamSocket earlier, Socket earlierPeer) = await reactors.ConnectAsync();
        var observer = new CountingObserver();
        byte[] buffer = new byte[16];
        peer.Send("first"u8);
        await reactors.UntilAsync(() => socket.IsReadable);
        Task<int> both = reactors.OnAsync(async _ =>
        {
            await earlier.WaitReadableAsync();
            int bytes = (await socket.ReceiveAsync(buffer, 0, 16)).Bytes;
            socket.Observer = observer;
            return bytes;
        });

        // Two events of one batch, in this order: the first one's continuation reads what the second tells of.
        reactors.WhileHeld(() =>
        {
            earlierPeer.Send("go"u8);
            peer.Send("second"u8);
        });
        Assert.Equal(11, await both);
        long waits = await reactors.On(static loop => loop.Counters.Waits);
        await reactors.UntilAsync(() => reactors.Loop.Counters.Waits > waits + 2);
        Assert.Equal(0, observer.Calls);
        Assert.False(await reactors.On(_ => socket.IsReadable));

        peer.Send("z"u8);
        await reactors.UntilAsync(() => observer.Calls == 1);
    }
}
