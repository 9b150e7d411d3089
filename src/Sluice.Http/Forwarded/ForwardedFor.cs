using System.Text;
using Sluice.Http.Addresses;
using Sluice.Http.Headers;
using Sluice.Http.Uris;

namespace Sluice.Http.Forwarded;

/// <summary>
/// Finds the client behind trusted proxies. Each hop appends the address it was called from, so the list is read from its right end, nearest hop first: an
/// entry counts as long as the hop that wrote it is trusted. Reading from the left, as many do, believes what the client made up.
/// </summary>
/// <remarks>
/// When both <c>X-Forwarded-For</c> and <c>Forwarded</c> (RFC 7239) are there, only <c>X-Forwarded-For</c> counts: proxies that write it often pass on a
/// client's <c>Forwarded</c> unseen. A trusted proxy that writes <c>Forwarded</c> has to remove <c>X-Forwarded-*</c>. The same holds field by field
/// for the scheme and the host.
/// </remarks>
public static class ForwardedFor
{
    // More hops than anyone has; what is further left is not looked at.
    private const int EntryCountMax = 100;

    /// <summary>Finds the origin of a request.</summary>
    /// <param name="fields">The request's fields.</param>
    /// <param name="peer">Who opened the connection.</param>
    /// <param name="trusted">The proxies that are believed; with none of them the peer is the client.</param>
    public static ForwardedOrigin Find(FieldTable fields, IpAddress peer, IReadOnlyList<IpRange> trusted)
    {
        if (!IsTrusted(peer, trusted))
        {
            return new ForwardedOrigin { Client = peer };
        }

        return new ForwardedOrigin
        {
            Client = FindClient(fields, peer, trusted),
            IsPeerTrusted = true,
            Proto = FindProto(fields),
            Host = FindHost(fields),
        };
    }

    /// <summary>The host that a trusted peer says the client asked for; empty for none.</summary>
    /// <param name="fields">The request's fields.</param>
    /// <param name="peer">Who opened the connection.</param>
    /// <param name="trusted">The proxies that are believed.</param>
    public static ReadOnlySpan<byte> HostOf(FieldTable fields, IpAddress peer, IReadOnlyList<IpRange> trusted) => IsTrusted(peer, trusted) ? FindHost(fields) : default;

    /// <summary>Whether an address is one of the trusted proxies.</summary>
    public static bool IsTrusted(IpAddress address, IReadOnlyList<IpRange> trusted)
    {
        for (int i = 0; i < trusted.Count; i++)
        {
            if (trusted[i].Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static IpAddress FindClient(FieldTable fields, IpAddress peer, IReadOnlyList<IpRange> trusted)
    {
        KnownField known = fields.Contains(KnownField.XForwardedFor) ? KnownField.XForwardedFor : KnownField.Forwarded;
        IpAddress client = peer;
        int budget = EntryCountMax;
        bool isTrusted = true;
        for (int line = fields.Count - 1; line >= 0 && isTrusted; line--)
        {
            if (fields[line].Known == known)
            {
                isTrusted = WalkLine(fields.Value(line), known, trusted, ref client, ref budget);
            }
        }

        return client;
    }

    // Returns whether to go on with the line before: every entry was an address, and all of them trusted.
    private static bool WalkLine(ReadOnlySpan<byte> list, KnownField known, IReadOnlyList<IpRange> trusted, ref IpAddress client, ref int budget)
    {
        while (!list.IsEmpty)
        {
            if (--budget < 0)
            {
                return false;
            }

            ReadOnlySpan<byte> entry = ForwardedElement.TakeLast(ref list, known == KnownField.Forwarded);
            if (entry.IsEmpty)
            {
                continue;
            }

            // A hop that hides the address, or garbage: what is behind it was written by nobody we know.
            ReadOnlySpan<byte> node = known == KnownField.Forwarded ? ForwardedElement.Find(entry, "for"u8) : entry;
            if (!NodeAddress.TryParse(node, out IpAddress address))
            {
                return false;
            }

            client = address;
            if (!IsTrusted(client, trusted))
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlySpan<byte> FindProto(FieldTable fields)
    {
        ReadOnlySpan<byte> proto = FindNearest(fields, KnownField.XForwardedProto, "proto"u8);
        return Ascii.EqualsIgnoreCase(proto, "https"u8) ? "https"u8 : Ascii.EqualsIgnoreCase(proto, "http"u8) ? "http"u8 : default;
    }

    private static ReadOnlySpan<byte> FindHost(FieldTable fields)
    {
        Span<byte> scratch = stackalloc byte[AuthorityParser.ScratchBytes];
        ReadOnlySpan<byte> host = FindNearest(fields, KnownField.XForwardedHost, "host"u8);
        return AuthorityParser.TryParse(host, 0, scratch, out _) ? host : default;
    }

    // The last entry of the last line: what the peer itself wrote.
    private static ReadOnlySpan<byte> FindNearest(FieldTable fields, KnownField known, ReadOnlySpan<byte> parameter)
    {
        bool isForwarded = !fields.Contains(known);
        known = isForwarded ? KnownField.Forwarded : known;
        ReadOnlySpan<byte> list = default;
        for (int line = fields.Count - 1; line >= 0; line--)
        {
            if (fields[line].Known == known)
            {
                list = fields.Value(line);
                break;
            }
        }

        ReadOnlySpan<byte> entry = ForwardedElement.TakeLast(ref list, isForwarded);
        return isForwarded ? ForwardedElement.Find(entry, parameter) : entry;
    }
}
