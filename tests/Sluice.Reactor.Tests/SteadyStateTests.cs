using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Xunit;

namespace Sluice.Reactor.Tests;

/// <summary>The reactor's budget: what one message costs once everything is warm.</summary>
public sealed class SteadyStateTests
{
    private const int WarmUp = 2_000;
    private const int Measured = 10_000;

    // The best counts: what the runtime does for itself, and what else runs on the machine, comes in one of them; what a message costs, in each.
    private const int Passes = 3;

    // For all messages together: each takes two threads' turns, which a busy machine may give them some milliseconds apart.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Echo_TenThousandMessages_AllocatesNothingAndCallsTwicePerMessage()
    {
        using var reactors = new Reactors();
        (StreamSocket socket, Socket peer) = await reactors.ConnectAsync();
        var meter = new Meter(reactors.Loop.Counters);
        Task<bool> echoing = reactors.OnAsync(async loop => await EchoAsync(loop, socket, meter), Patience);
        Exchange(peer, WarmUp + (Passes * Measured));
        peer.Shutdown(SocketShutdown.Send);
        Assert.True(await echoing);
        Assert.Equal(Passes, meter.Measurements.Count);
        Assert.Equal(0, meter.Measurements.Min(static one => one.Allocated));
        Assert.InRange(meter.Measurements.Min(static one => one.Moves), 2 * Measured, 2.1 * Measured);

        // With one message at a time each has its own wait; more connections share one.
        Assert.InRange(meter.Measurements.Min(static one => one.Calls), 2 * Measured, 3.1 * Measured);
        Assert.Equal(0, await reactors.On(static loop => loop.Buffers.Outstanding));
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<bool> EchoAsync(EventLoop loop, StreamSocket socket, Meter meter)
    {
        while (await EchoOneAsync(loop, socket))
        {
            meter.CountMessage();
        }

        return true;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<bool> EchoOneAsync(EventLoop loop, StreamSocket socket)
    {
        if ((await socket.WaitReadableAsync()).IsError)
        {
            return false;
        }

        PooledBuffer buffer = loop.Buffers.Rent(BufferSize.Small);
        IoResult received = await socket.ReceiveAsync(buffer.Array, 0, buffer.Length);
        if (received.Code > 0)
        {
            received = await socket.SendAsync(buffer.Array, 0, received.Bytes);
        }

        loop.Buffers.Return(buffer);
        return received.Code > 0;
    }

    private static void Exchange(Socket peer, int messages)
    {
        byte[] message = new byte[100];
        for (int i = 0; i < messages; i++)
        {
            peer.Send(message);
            for (int at = 0; at < message.Length;)
            {
                at += peer.Receive(message, at, message.Length - at, SocketFlags.None);
            }
        }
    }

    private readonly record struct Cost(long Allocated, long Moves, long Calls);

    /// <summary>Reads the loop's thread and counters at the first and the last message of each pass, on the loop.</summary>
    private sealed class Meter(LoopCounters counters)
    {
        private int _messages;
        private Cost _before;

        public List<Cost> Measurements { get; } = new(Passes);

        public void CountMessage()
        {
            _messages++;
            if (_messages < WarmUp || (_messages - WarmUp) % Measured != 0)
            {
                return;
            }

            var now = new Cost(GC.GetAllocatedBytesForCurrentThread(), counters.Receives + counters.Sends, counters.Calls);
            if (_messages > WarmUp)
            {
                Measurements.Add(new Cost(now.Allocated - _before.Allocated, now.Moves - _before.Moves, now.Calls - _before.Calls));
            }

            _before = now;
        }
    }
}
