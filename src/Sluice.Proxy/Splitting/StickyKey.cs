using System.Text;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Splitting;

/// <summary>Finds the value of a request that its upstream follows from. Immutable.</summary>
internal sealed class StickyKey(StickyKeyPlan plan)
{
    private readonly StickyKeySource _source = plan.Source;
    private readonly byte[] _name = Encoding.UTF8.GetBytes(plan.Name);

    /// <summary>The hash of the value; false when the request has none, or an empty one.</summary>
    public bool TryHash(Exchange exchange, out ulong hash)
    {
        if (plan.Template is { } template)
        {
            return TemplateHash.TryHash(template, exchange, exchange.Worker.Loop.Buffers, out hash);
        }

        if (_source == StickyKeySource.ClientAddress)
        {
            // A peer on a unix socket has no address.
            hash = SplitHash.Of(exchange.ClientAddress.Bits);
            return exchange.ClientAddress.Bits != 0;
        }

        ReadOnlySpan<byte> value;
        _ = _source switch
        {
            StickyKeySource.Header => HeaderText.TryFind(exchange.Request.Fields, _name, out value),
            StickyKeySource.Host => Take(exchange.Request.Host, out value),
            StickyKeySource.Path or StickyKeySource.Uri => Take(exchange.Request.Path, out value),
            StickyKeySource.Cookie => CookieValue.TryFind(exchange.Request.Fields, _name, out value),
            _ => QueryValue.TryFind(exchange.Request.Query, _name, out value),
        };
        hash = SplitHash.Of(value);
        if (_source == StickyKeySource.Uri)
        {
            hash = SplitHash.Mix(hash ^ SplitHash.Of(exchange.Request.Query));
        }

        return !value.IsEmpty;
    }

    private static bool Take(ReadOnlySpan<byte> part, out ReadOnlySpan<byte> value)
    {
        value = part;
        return true;
    }
}
