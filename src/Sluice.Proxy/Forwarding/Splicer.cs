using System.Runtime.CompilerServices;
using Sluice.Http.Http1;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Forwarding;

/// <summary>Moves the rest of content with a known length from socket to socket inside the kernel, when it is large enough to be worth a pipe.</summary>
/// <remarks>
/// Copying 100 KB through this process costs about as much as everything else about such a request. docs/decisions/0005 has the measurement. Bounded
/// like everything else: the pipe is filled only when it is empty, so that a slow reader slows its writer.
/// </remarks>
internal static class Splicer
{
    /// <summary>Below this a copy is as cheap.</summary>
    private const int WorthIt = 16 * 1024;

    private const int FillMax = 512 * 1024;

    /// <summary>Whether the rest of the content can go this way: it has a length, is large, and nothing of it is buffered here.</summary>
    public static bool Applies(BodyReader body, int buffered) => buffered == 0 && body.Remaining >= WorthIt;

    /// <summary>Moves the rest of the content.</summary>
    /// <returns>None when it is whole, or when there was no pipe to be had: then <see cref="BodyReader.Remaining"/> tells that it is still to be copied.</returns>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public static async ValueTask<ProxyErrorCode> RunAsync(Exchange exchange, BodyReader body, ISpliceEnd from, ISpliceEnd to, FairShare share)
    {
        SplicePipe? pipe = exchange.Worker.RentPipe();
        if (pipe is null)
        {
            return ProxyErrorCode.None;
        }

        ProxyErrorCode error = ProxyErrorCode.None;
        while (error == ProxyErrorCode.None && (body.Remaining > 0 || pipe.Buffered > 0))
        {
            if (pipe.Buffered > 0)
            {
                IoResult given = pipe.Drain(to.Socket);
                error = given.WouldBlock ? await to.WaitToWriteAsync(exchange)
                    : given.IsError ? to.WriteFailed(exchange, given)
                    : Written(exchange, to, given);
                continue;
            }

            if (!from.Socket.IsReadable)
            {
                error = await from.WaitToReadAsync(exchange);
                continue;
            }

            IoResult taken = pipe.Fill(from.Socket, (int)Math.Min(body.Remaining, FillMax));
            if (taken.Code > 0)
            {
                body.Skip(taken.Bytes);
                from.CountRead(exchange, taken.Bytes);
                if (!await share.TakeAsync())
                {
                    error = ProxyErrorCode.ClientGone;
                }
            }
            else if (!taken.WouldBlock)
            {
                error = from.ReadFailed(exchange, taken);
            }
        }

        exchange.Worker.ReturnPipe(pipe);
        return error;
    }

    private static ProxyErrorCode Written(Exchange exchange, ISpliceEnd to, IoResult given)
    {
        to.CountWritten(exchange, given.Bytes);
        return ProxyErrorCode.None;
    }
}
