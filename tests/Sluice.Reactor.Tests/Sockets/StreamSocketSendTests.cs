using System.Net.Sockets;
using Sluice.Reactor.Sockets;
using Xunit;

namespace Sluice.Reactor.Tests.Sockets;

public sealed class StreamSocketSendTests
{
    private const int Large = 10 * 1024 * 1024;
    private const int Third = 3 * 1024 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_TenMegabytesToASlowReader_WaitsAndArrivesWhole(bool unix)
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync(unix ? Reactors.UnixEndPoint() : null);
        byte[] sent = Pattern(Large);
        Task<IoResult> sending = reactors.OnAsync(async _ => await socket.SendAsync(sent, 0, sent.Length));
        await reactors.UntilAsync(() => socket.IsSendPending);
        Assert.InRange(await reactors.On(_ => socket.SentSoFar), 0, Large - 1);
        Assert.Equal(sent, Read(peer, Large));
        Assert.Equal(Large, (await sending).Bytes);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(5, 0, 7)]
    [InlineData(5, 6, 0)]
    [InlineData(0, 6, 7)]
    [InlineData(5, 6, 7)]
    [InlineData(Third, 1, Third)]
    [InlineData(Third, 0, Third)]
    [InlineData(1, Third, 1)]
    [InlineData(0, Third, Third)]
    [InlineData(Third, Third, 0)]
    [InlineData(Third, Third, Third)]
    public async Task Send_SegmentsOfAnySizes_ArriveInOrder(int first, int second, int third)
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        byte[] all = Pattern(first + second + third);
        Task<IoResult> sending = reactors.OnAsync(async _ => await socket.SendAsync(
            Segment(all, 0, first),
            Segment(all, first, second),
            Segment(all, first + second, third)));
        Assert.Equal(all, Read(peer, all.Length));
        Assert.Equal(all.Length, (await sending).Code);
    }

    [Fact]
    public void From_EveryCountSent_LeavesExactlyTheRest()
    {
        byte[] all = Pattern(12);
        var segment = new SendSegment(all, 3, 5);
        for (int sent = -4; sent <= 9; sent++)
        {
            Assert.Equal(all.AsSpan(3 + Math.Clamp(sent, 0, 5), 5 - Math.Clamp(sent, 0, 5)), segment.From(sent));
        }

        Assert.True(default(SendSegment).From(3).IsEmpty);
    }

    [Fact]
    public async Task Send_Canceled_EndsWithTheReasonAndKeepsTheCount()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        byte[] sent = Pattern(Large);
        Task<IoResult> sending = reactors.OnAsync(async _ => await socket.SendAsync(sent, 0, sent.Length));
        await reactors.UntilAsync(() => socket.IsSendPending);
        int soFar = await reactors.On(_ =>
        {
            socket.CancelSend(IoResult.TimedOut);
            int taken = socket.SentSoFar;
            socket.Close();
            return taken;
        });
        Assert.True((await sending).IsTimedOut);
        Assert.Equal(sent[..soFar], Read(peer, soFar));
        Assert.Equal(0, peer.Receive(new byte[1]));
    }

    [Fact]
    public async Task ShutdownSend_PeerAnswersAfterwards_AnswerIsReceived()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        byte[] buffer = new byte[8];
        Task<IoResult> receiving = reactors.OnAsync(async _ =>
        {
            await socket.SendAsync("ask"u8.ToArray(), 0, 3);
            socket.ShutdownSend();
            return await socket.ReceiveAsync(buffer, 0, 8);
        });
        Assert.Equal("ask"u8, Read(peer, 3));
        Assert.Equal(0, peer.Receive(new byte[1]));
        peer.Send("answer"u8);
        Assert.Equal(6, (await receiving).Bytes);
    }

    [Fact]
    public async Task Send_PeerResetWhilePending_EndsWithAnError()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        byte[] sent = Pattern(Large);
        Task<IoResult> sending = reactors.OnAsync(async _ => await socket.SendAsync(sent, 0, sent.Length));
        await reactors.UntilAsync(() => socket.IsSendPending);
        peer.LingerState = new LingerOption(true, 0);
        peer.Close();
        Assert.True((await sending).IsError);
        Assert.True(await reactors.On(_ => socket.Broken));
        IoResult again = await reactors.OnAsync(async _ => await socket.SendAsync(sent, 0, 1));
        Assert.True(again.IsError && !again.WouldBlock);
    }

    [Fact]
    public async Task SendAndReceive_BothAtOnce_DoNotDisturbEachOther()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        byte[] sent = Pattern(Large);
        Task<IoResult> sending = reactors.OnAsync(async _ => await socket.SendAsync(sent, 0, sent.Length));
        await reactors.UntilAsync(() => socket.IsSendPending);
        byte[] buffer = new byte[8];
        Task<IoResult> receiving = reactors.OnAsync(async _ => await socket.ReceiveAsync(buffer, 0, 8));
        peer.Send("up"u8);
        Assert.Equal(2, (await receiving).Bytes);
        Assert.True(await reactors.On(_ => socket.IsSendPending));
        Assert.Equal(sent, Read(peer, Large));
        Assert.Equal(Large, (await sending).Bytes);
    }

    private static SendSegment Segment(byte[] array, int offset, int count) => count == 0 ? default : new SendSegment(array, offset, count);

    // A prime period, so that a piece left out or sent twice can't look right.
    private static byte[] Pattern(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)(i % 251);
        }

        return bytes;
    }

    private static byte[] Read(Socket peer, int count)
    {
        byte[] bytes = new byte[count];
        int at = 0;
        while (at < count)
        {
            int read = peer.Receive(bytes, at, count - at, SocketFlags.None);
            Assert.NotEqual(0, read);
            at += read;
        }

        return bytes;
    }
}
