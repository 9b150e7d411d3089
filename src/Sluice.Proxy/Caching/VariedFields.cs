using Sluice.Http.Caching;
using Sluice.Http.Forwarded;
using Sluice.Http.Headers;
using Sluice.Proxy.Caching.Fetching;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Caching;

/// <summary>
/// Sees to it that what a response varies by (<c>Vary</c>) is what its key says and what its server saw: the three are not the same for fields that the cache keeps back, that
/// a client declares to be for this hop alone, and that this program writes.
/// </summary>
/// <remarks>
/// A field that no key has doesn't reach servers (<see cref="RouteCache.RemoveUnkeyed"/>). When a response says that it varies by one, the key does have it from then on: the list of
/// fields is stored, the field goes to servers whenever that list is known, and whatever they answer then is stored under a key with it, whether or not that
/// response names it in its turn.
/// </remarks>
internal static class VariedFields
{
    private const FieldFlags NotForwarded = FieldFlags.HopByHop | FieldFlags.Underscore;

    private static readonly ulong OfClientAddress = KnownFields.MaskOf(KnownField.XForwardedFor, KnownField.XRealIp, KnownField.Forwarded, KnownField.Via);

    /// <summary>Reads what the response of a fetch varies by.</summary>
    /// <param name="fetch">The fetch, when the head of its response is there.</param>
    /// <param name="names">Takes the list, those fields included that the server got to see because an earlier response varied by them.</param>
    /// <param name="length">How long it is.</param>
    public static VariedOutcome Read(Fetch fetch, Span<byte> names, out int length)
    {
        length = 0;
        FieldTable request = fetch.Exchange.Request.Fields;
        if (fetch.Cache.IsKeyDistorted(request))
        {
            return VariedOutcome.Distorted;
        }

        if ((fetch.Cache.Store.Ignored & IgnoredFields.Vary) != 0)
        {
            return VariedOutcome.None;
        }

        Span<byte> own = stackalloc byte[VaryKey.NameBytesMax];
        VaryOutcome outcome = VaryKey.ReadNames(fetch.Exchange.Response.Fields, own, out int ownLength);
        if (outcome is VaryOutcome.Any or VaryOutcome.TooMany || !VaryNames.TryUnite(own[..ownLength], fetch.Learned, names, out length))
        {
            return VariedOutcome.Untold;
        }

        VariedOutcome worst = length == 0 ? VariedOutcome.None : VariedOutcome.Told;
        foreach (ReadOnlySpan<byte> name in new ListElements(names[..length]))
        {
            worst = (VariedOutcome)Math.Max((int)worst, (int)Judge(fetch.Exchange, name));
        }

        return worst;
    }

    private static VariedOutcome Judge(Exchange exchange, ReadOnlySpan<byte> name)
    {
        if (IsWrittenHere(exchange, name))
        {
            return VariedOutcome.Untold;
        }

        VariedOutcome worst = VariedOutcome.Told;
        FieldTable request = exchange.Request.Fields;
        for (int i = request.IndexOf(name); i >= 0; i = request.IndexOf(name, i + 1))
        {
            FieldFlags flags = request[i].Flags;
            VariedOutcome outcome = (flags & NotForwarded) != 0 && !KeyedFields.IsOfOneRequest(request[i].Known) ? VariedOutcome.Distorted
                : (flags & FieldFlags.Replaced) != 0 && !KeyedFields.IsOfOneRequest(request[i].Known) ? VariedOutcome.Withheld
                : VariedOutcome.Told;
            worst = (VariedOutcome)Math.Max((int)worst, (int)outcome);
        }

        return worst;
    }

    // Whatever clients say there, servers see something else, which no key has.
    private static bool IsWrittenHere(Exchange exchange, ReadOnlySpan<byte> name)
    {
        KnownField known = KnownFields.Find(name);
        if (exchange.Route!.RequestHeaders is { } edits && (edits.Mentions(name) || (edits.DropMask & KnownFields.MaskOf(known)) != 0))
        {
            return edits.IsWrittenByRequest(name);
        }

        if (known == KnownField.XForwardedHost)
        {
            // That of a client is the host of the key; a trusted proxy may know of another one.
            ReadOnlySpan<byte> told = ForwardedFor.HostOf(exchange.Request.Fields, exchange.PeerAddress, exchange.Snapshot.Plan.Forwarded.TrustedProxies);
            return !told.IsEmpty && !told.SequenceEqual(exchange.Request.Authority);
        }

        return (KnownFields.MaskOf(known) & OfClientAddress) != 0 || exchange.Snapshot.ClientCertificateFields.IsOwn(name);
    }
}
