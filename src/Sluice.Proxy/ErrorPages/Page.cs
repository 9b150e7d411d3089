using System.Runtime.CompilerServices;
using System.Text;
using Sluice.Http.Http1;
using Sluice.Proxy.Clients;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.ErrorPages;

/// <summary>A page ready to be sent, as often as asked for, with whatever status. Immutable, and one for all routes that have it.</summary>
internal sealed class Page
{
    private static readonly ConditionalWeakTable<PagePlan, Page> Known = [];

    private readonly PagePlan _plan;
    private readonly PreparedResponse _head;

    private Page(PagePlan plan)
    {
        _plan = plan;
        _head = PreparedResponse.ForPage(plan.ContentType);
        int end = plan.ContentType.IndexOf(';', StringComparison.Ordinal);
        MediaType = Encoding.ASCII.GetBytes(end < 0 ? plan.ContentType : plan.ContentType[..end].TrimEnd());
    }

    /// <summary>Its content type without parameters.</summary>
    public byte[] MediaType { get; }

    /// <summary>The page of a plan; the same object for the same plan.</summary>
    public static Page Of(PagePlan plan) => Known.GetValue(plan, static plan => new Page(plan));

    /// <summary>Sends it with <see cref="Exchange.Status"/>. One that became too large with its variables gives way to plain words.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public async ValueTask SendAsync(Exchange exchange)
    {
        if (_plan.Body.IsFixed)
        {
            byte[] text = _plan.Body.Parts.Count == 0 ? [] : _plan.Body.Parts[0].Text.Array;
            await exchange.Client.SendPreparedAsync(exchange, _head, new BodySlice(text, 0, text.Length, IsLast: true));
            return;
        }

        // Rented here, and returned here when the client has taken all of it.
        PooledBuffer? buffer = Render(exchange, out int length);
        if (buffer is null)
        {
            await exchange.Client.SendPreparedAsync(exchange, ErrorResponse.PlainWords(exchange.Status));
            return;
        }

        await exchange.Client.SendPreparedAsync(exchange, _head, new BodySlice(buffer.Array, 0, length, IsLast: true));
        exchange.Worker.Loop.Buffers.Return(buffer);
    }

    private PooledBuffer? Render(Exchange exchange, out int length)
    {
        BufferPool pool = exchange.Worker.Loop.Buffers;
        for (BufferSize size = BufferSize.Small; size <= BufferSize.Large; size++)
        {
            PooledBuffer buffer = pool.Rent(size);
            var writer = new HeadWriter(buffer.Array);
            _plan.Body.Write(ref writer, exchange, _plan.Encoding);
            length = writer.Length;
            if (!writer.Overflowed)
            {
                return buffer;
            }

            pool.Return(buffer);
        }

        length = 0;
        return null;
    }
}
