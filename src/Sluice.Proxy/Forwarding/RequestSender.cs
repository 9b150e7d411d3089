using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Upstreams;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Forwarding;

/// <summary>Sends the head of a request, with the content that came with it, in one go.</summary>
internal static class RequestSender
{
    /// <summary>Sends the head and the first of the content. With an error the exchange may still have been answered.</summary>
    public static ValueTask<IoResult> SendHeadAsync(Exchange exchange, UpstreamConnection connection)
    {
        BodySlice first = TakeFirstSlice(exchange);
        if (first.Error != ProxyErrorCode.None)
        {
            return new ValueTask<IoResult>(IoResult.Canceled);
        }

        PooledBuffer? buffer = WriteHead(exchange, connection, first, out int length);
        if (buffer is null)
        {
            exchange.Fail(ProxyErrorCode.RequestHeadTooLarge);
            return new ValueTask<IoResult>(IoResult.Canceled);
        }

        exchange.Pump.IsComplete = exchange.RequestCompleted;
        var head = new SendSegment(buffer.Array, 0, length);
        bool headOnly = first.Count == 0 && (!first.IsLast || !exchange.Request.HasBody);
        exchange.Waiting = connection;
        ValueTask<IoResult> sending = headOnly
            ? connection.SendAsync(head, default, default)
            : exchange.Pump.SendAsync(exchange, connection, head, first);
        if (!sending.IsCompleted)
        {
            return AwaitSendAsync(exchange, sending, buffer);
        }

        exchange.Waiting = null;
        exchange.Worker.Loop.Buffers.Return(buffer);
        return sending;
    }

    // Taken once; kept in the exchange for another attempt.
    private static BodySlice TakeFirstSlice(Exchange exchange)
    {
        if (exchange.FirstSlice.Array is null && !exchange.RequestCompleted && exchange.ContentExpected
            && exchange.Client.TryReadBuffered(exchange, out BodySlice slice))
        {
            exchange.FirstSlice = slice;
            exchange.Mirror?.Add(slice);
        }

        return exchange.FirstSlice;
    }

    // Null when the head is larger than the largest buffer, which only the changes of a route can make it.
    private static PooledBuffer? WriteHead(Exchange exchange, UpstreamConnection connection, BodySlice first, out int length)
    {
        BufferPool pool = exchange.Worker.Loop.Buffers;
        for (BufferSize size = BufferSize.Small; ; size++)
        {
            PooledBuffer buffer = pool.Rent(size);
            var writer = new HeadWriter(buffer.Array);
            RequestHeadWriter.Write(ref writer, exchange, connection.Server);
            if (exchange.Request.Framing == BodyFraming.Chunked && first.Count > 0)
            {
                ChunkSize.Write(ref writer, first.Count);
            }

            if (!writer.Overflowed)
            {
                length = writer.Length;
                return buffer;
            }

            pool.Return(buffer);
            if (size == BufferSize.Large)
            {
                Debug.Assert(exchange.Route is { RequestHeaders: not null } or { Rewriter: not null }, "The limits of a head are below the largest buffer.");
                length = 0;
                return null;
            }
        }
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private static async ValueTask<IoResult> AwaitSendAsync(Exchange exchange, ValueTask<IoResult> sending, PooledBuffer buffer)
    {
        IoResult result = await sending;
        exchange.Waiting = null;
        exchange.Worker.Loop.Buffers.Return(buffer);
        return result;
    }
}
