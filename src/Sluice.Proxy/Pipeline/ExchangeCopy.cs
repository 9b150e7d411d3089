using System.Diagnostics;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Buffers;

namespace Sluice.Proxy.Pipeline;

/// <summary>An exchange with the head of another one's request, which goes on by itself whatever becomes of that. Reused; owns the buffer of the head.</summary>
/// <param name="worker">The worker of both.</param>
internal sealed class ExchangeCopy(Worker worker)
{
    private PooledBuffer? _head;

    /// <summary>The copy; only between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public Exchange Exchange { get; private set; } = null!;

    /// <summary>Copies a request as it is: its head, where it comes from and which route it has. Content is the caller's business.</summary>
    /// <param name="original">The request, whose head is still in its connection's buffer.</param>
    /// <param name="client">Takes the client's part in the copy.</param>
    public Exchange Begin(Exchange original, ClientStream client)
    {
        Debug.Assert(_head is null, "The last copy has ended.");
        Exchange = worker.RentExchange();
        Exchange.Client = client;
        CopyIdentity(original);
        CopyHead(original);
        return Exchange;
    }

    /// <summary>Gives everything back.</summary>
    /// <param name="isSound">Whether the exchange can be used again: what a bug leaves behind is in no known state.</param>
    public void End(bool isSound)
    {
        if (isSound)
        {
            worker.ReturnExchange(Exchange);
        }

        worker.Loop.Buffers.Return(_head!);
        _head = null;
        Exchange = null!;
    }

    private void CopyIdentity(Exchange original)
    {
        Exchange.Snapshot = original.Snapshot;
        Exchange.Route = original.Route;
        Exchange.Limits = original.Limits;
        Exchange.Listener = original.Listener;
        Exchange.ClientTls = original.ClientTls;
        Exchange.IsEarlyData = original.IsEarlyData;
        Exchange.PeerAddress = original.PeerAddress;
        Exchange.ClientAddress = original.ClientAddress;
        Exchange.StartTimestamp = original.StartTimestamp;
        Exchange.Id = original.Id;
    }

    // The copy has a request of its own, whatever becomes of the original's buffer.
    private void CopyHead(Exchange original)
    {
        if (original.Request.IsHttp2)
        {
            ReadOnlySpan<byte> lines = original.Request.Fields.Buffer.AsSpan(0, original.Http2Client.HeadBytes);
            Exchange.Request.CopyFrom(original.Request, KeepHead(lines));
        }
        else
        {
            ReadHeadAgain(original);
        }

        Exchange.PathGroups.Set(original.PathGroups.Pattern);
        if (original.Target.IsSet)
        {
            // From the same request by the same rules: the same target.
            Violation violation = Exchange.Target.Set(original.Route!.Rewriter!, Exchange);
            Debug.Assert(violation == Violation.None, "What was rewritten once can be rewritten again.");
        }

        Exchange.Grpc.Follow(original.Grpc);

        // The content's framing was taken off already, and trailers are not copied (RFC 9110, section 6.5.1).
        Exchange.RequestBody.Begin(BodyFraming.None, 0, original.Snapshot.RequestHeadLimits);
    }

    private void ReadHeadAgain(Exchange original)
    {
        RequestHeadReader reader = original.RequestReader;
        ReadOnlySpan<byte> head = original.Request.Fields.Buffer.AsSpan(reader.HeadStart, reader.HeadEnd - reader.HeadStart);
        byte[] copy = KeepHead(head);
        Exchange.RequestReader.Begin(0, original.Snapshot.RequestHeadLimits, original.IsTls ? 443 : 80);
        ReadStatus status = Exchange.RequestReader.Read(copy, head.Length);
        Debug.Assert(status == ReadStatus.Done, "What was read once can be read again.");
        ClientCertificateFields.Remove(Exchange);
    }

    private byte[] KeepHead(ReadOnlySpan<byte> head)
    {
        _head = worker.Loop.Buffers.Rent(BufferPool.SizeFor(head.Length));
        head.CopyTo(_head.Array);
        return _head.Array;
    }
}
