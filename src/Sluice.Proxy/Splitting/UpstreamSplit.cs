using System.Text;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Upstreams;

namespace Sluice.Proxy.Splitting;

/// <summary>Chooses the upstream of a request among those of its route. Immutable; read by all workers.</summary>
/// <remarks>
/// The choice looks at weights alone: an upstream all of whose servers are down keeps its share, and its requests fail. Who switches does so by the weights.
/// </remarks>
internal sealed class UpstreamSplit
{
    private readonly UpstreamState[] _upstreams;
    private readonly UpstreamState[] _all;
    private readonly int[] _weights;
    private readonly WeightedDraw _draw;
    private readonly StickyCookie? _cookie;
    private readonly StickyKey? _key;
    private readonly KeyedDraw? _keyed;

    /// <summary>Prepares the choice.</summary>
    /// <param name="action">What the configuration says.</param>
    /// <param name="upstreams">The states of all upstreams by name.</param>
    public UpstreamSplit(ProxyAction action, IReadOnlyDictionary<string, UpstreamState> upstreams)
    {
        _upstreams = [.. action.Shares.Select(share => upstreams[share.Upstream.Name])];
        _all = [.. _upstreams, .. action.Failover?.Upstreams.Select(upstream => upstreams[upstream.Name]) ?? []];
        _weights = [.. action.Shares.Select(share => share.Weight)];
        _draw = new WeightedDraw(_weights);
        byte[][] names = [.. _upstreams.Select(upstream => upstream.NameUtf8)];
        _cookie = action.Sticky is StickyCookiePlan cookie ? new StickyCookie(cookie, [.. action.Shares.Select(share => Encoding.UTF8.GetBytes($"split {share.Upstream.Name}"))]) : null;
        if (action.Sticky is StickyKeyPlan key)
        {
            _key = new StickyKey(key);
            _keyed = new KeyedDraw(names, _weights);
        }
    }

    /// <summary>The upstream of a request. A cookie that it is to be remembered by goes with the response.</summary>
    public UpstreamState Choose(Exchange exchange)
    {
        if (_upstreams.Length == 1)
        {
            return _upstreams[0];
        }

        if (_cookie is not null)
        {
            return _upstreams[ChooseByCookie(exchange, _cookie)];
        }

        int index = _key is not null && _key.TryHash(exchange, out ulong hash) ? _keyed!.Pick(hash) : _draw.Draw(exchange.Worker.Random);
        return _upstreams[index];
    }

    /// <summary>Whether a server of one of the upstreams, or of those that requests fail over to, is reached by an authority.</summary>
    public bool HasServer(ReadOnlySpan<byte> authority)
    {
        foreach (UpstreamState upstream in _all)
        {
            foreach (UpstreamMember member in upstream.Members)
            {
                if (member.Server.HasAuthority(authority))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // What was drawn once stays, until its weight becomes 0 or it is gone.
    private int ChooseByCookie(Exchange exchange, StickyCookie cookie)
    {
        int index = cookie.Find(exchange.Request.Fields);
        if (index < 0 || _weights[index] == 0)
        {
            index = _draw.Draw(exchange.Worker.Random);
            exchange.SplitCookie = cookie.SetLine(index);
        }

        return index;
    }
}
