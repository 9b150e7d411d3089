using Sluice.Http.Addresses;
using Sluice.Http.Forwarded;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Forwarding;

/// <summary>Tells servers where a request came from. What clients said about it counts only if the peer is a trusted proxy; else it is replaced.</summary>
internal static class ForwardedFields
{
    /// <summary><c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>X-Real-IP</c>.</summary>
    /// <param name="writer">Takes them.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="omitted">The fields that are left out because the route has an opinion on them, a bit each.</param>
    public static void AppendXForwarded(ref HeadWriter writer, Exchange exchange, ulong omitted)
    {
        ForwardedOrigin origin = ForwardedFor.Find(exchange.Request.Fields, exchange.PeerAddress, exchange.Snapshot.Plan.Forwarded.TrustedProxies);
        Span<byte> text = stackalloc byte[IpAddress.TextBytesMax];
        if (!Has(omitted, KnownField.XForwardedFor) && TryFormat(exchange.PeerAddress, text, out int length))
        {
            writer.Append("X-Forwarded-For: "u8);
            if (origin.IsPeerTrusted)
            {
                AppendHops(ref writer, exchange.Request.Fields, KnownField.XForwardedFor);
            }

            writer.Append(text[..length]);
            writer.Append("\r\n"u8);
        }

        if (!Has(omitted, KnownField.XForwardedProto))
        {
            writer.AppendField("X-Forwarded-Proto"u8, origin.Proto.IsEmpty ? (exchange.IsTls ? "https"u8 : "http"u8) : origin.Proto);
        }

        ReadOnlySpan<byte> host = origin.Host.IsEmpty ? exchange.Request.Authority : origin.Host;
        if (!host.IsEmpty && !Has(omitted, KnownField.XForwardedHost))
        {
            writer.AppendField("X-Forwarded-Host"u8, host);
        }

        if (!Has(omitted, KnownField.XRealIp) && TryFormat(exchange.ClientAddress, text, out length))
        {
            writer.AppendField("X-Real-IP"u8, text[..length]);
        }
    }

    /// <summary><c>Forwarded</c> (RFC 7239): one element more behind those of trusted proxies.</summary>
    public static void AppendForwarded(ref HeadWriter writer, Exchange exchange)
    {
        writer.Append("Forwarded: "u8);
        if (ForwardedFor.IsTrusted(exchange.PeerAddress, exchange.Snapshot.Plan.Forwarded.TrustedProxies))
        {
            if (exchange.Fetch is null)
            {
                AppendHops(ref writer, exchange.Request.Fields, KnownField.Forwarded);
            }
            else if (exchange.ClientAddress != exchange.PeerAddress)
            {
                // What is fetched for the cache must not depend on a host that no key has, and trusted proxies may pass on what clients made up.
                AppendNode(ref writer, exchange.ClientAddress);
                writer.Append(", "u8);
            }
        }

        AppendNode(ref writer, exchange.PeerAddress);
        writer.Append(exchange.IsTls ? ";proto=https"u8 : ";proto=http"u8);
        if (!exchange.Request.Authority.IsEmpty)
        {
            writer.Append(";host=\""u8);
            writer.Append(exchange.Request.Authority);
            writer.Append("\""u8);
        }

        writer.Append("\r\n"u8);
    }

    // RFC 7239, section 6: IPv6 addresses are bracketed and quoted; a peer without an address is "unknown".
    private static void AppendNode(ref HeadWriter writer, IpAddress address)
    {
        Span<byte> text = stackalloc byte[IpAddress.TextBytesMax];
        bool known = TryFormat(address, text, out int length);
        bool quoted = known && !address.IsIpv4;
        writer.Append(quoted ? "for=\"["u8 : "for="u8);
        writer.Append(known ? text[..length] : "unknown"u8);
        writer.Append(quoted ? "]\""u8 : default);
    }

    private static bool Has(ulong mask, KnownField field) => (mask & KnownFields.MaskOf(field)) != 0;

    // All lines of a list field, as one list that goes on behind them (RFC 9110, section 5.3).
    private static void AppendHops(ref HeadWriter writer, FieldTable fields, KnownField field)
    {
        for (int i = fields.IndexOf(field); i >= 0; i = fields.IndexOf(field, i + 1))
        {
            if (!fields.Value(i).IsEmpty)
            {
                writer.Append(fields.Value(i));
                writer.Append(", "u8);
            }
        }
    }

    // A peer on a unix socket has no address.
    private static bool TryFormat(IpAddress address, Span<byte> text, out int length)
    {
        length = 0;
        return address.Bits != 0 && address.TryFormat(text, out length);
    }
}
