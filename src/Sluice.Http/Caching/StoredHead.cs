using System.Diagnostics;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;

namespace Sluice.Http.Caching;

/// <summary>
/// Writes the head of a response as it is stored: canonical text that a <see cref="ResponseHeadReader"/> reads back (RFC 9111, sections 3.1 and 3.2). It has neither
/// <c>Content-Length</c> nor <c>Age</c>, which are written anew whenever it is sent, and always a <c>Date</c>. <c>Cache-Status</c> of caches nearer the
/// server stays (RFC 9211, section 2). Trailers are not stored, and so aren't announced.
/// </summary>
public static class StoredHead
{
    private const FieldFlags Dropped = FieldFlags.HopByHop | FieldFlags.Framing;

    // What belongs to one hop or one moment, whether or not Connection names it.
    private static readonly ulong DroppedMask = KnownFields.HopByHopMask | KnownFields.FramingMask | KnownFields.MaskOf(KnownField.Age, KnownField.Trailer);

    // What says how the stored content is encoded, and which part it is: the stored content depends on it, and a 304 can't change it (section 3.2).
    private static readonly ulong FixedMask = KnownFields.MaskOf(KnownField.ContentEncoding, KnownField.ContentRange);

    private static ReadOnlySpan<byte> ProxyAuthenticationInfo => "proxy-authentication-info"u8;

    /// <summary>Writes the head of a response that is stored anew.</summary>
    /// <param name="writer">May overflow.</param>
    /// <param name="response">As received; a final one.</param>
    /// <param name="directives">What was read from it.</param>
    /// <param name="receivedAt">Unix seconds; becomes its <c>Date</c> where it has none (RFC 9110, section 6.6.1).</param>
    /// <param name="options">The operator's.</param>
    /// <returns>False when the writer overflowed: nothing of it is of use then.</returns>
    public static bool Write(ref HeadWriter writer, ResponseHead response, in ResponseDirectives directives, long receivedAt, StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(options);
        Span<ulong> bits = stackalloc ulong[FieldMarks.Words];
        var marks = new FieldMarks(bits);
        MarkDropped(response.Fields, directives, options, marks);
        AppendStatusLine(ref writer, response);
        AppendUnmarked(ref writer, response.Fields, marks);
        return End(ref writer, HasUnmarked(response.Fields, KnownField.Date, marks), receivedAt);
    }

    /// <summary>
    /// Writes a stored head with the fields of the 304 that validated it, or of the response to HEAD that matched it. What the 304 has replaces what is stored under the
    /// same name, except <c>Content-Encoding</c>, <c>Content-Range</c> and what isn't stored at all.
    /// </summary>
    /// <param name="writer">May overflow.</param>
    /// <param name="stored">Read from what was written before.</param>
    /// <param name="update">The 304.</param>
    /// <param name="directives">What was read from the 304.</param>
    /// <param name="receivedAt">When the 304 was received, in Unix seconds; becomes the <c>Date</c> where it has none.</param>
    /// <param name="options">The operator's.</param>
    /// <returns>False when the writer overflowed: nothing of it is of use then.</returns>
    public static bool Merge(
        ref HeadWriter writer, ResponseHead stored, ResponseHead update, in ResponseDirectives directives, long receivedAt, StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(options);
        Span<ulong> updateBits = stackalloc ulong[FieldMarks.Words];
        var updateMarks = new FieldMarks(updateBits);
        MarkDropped(update.Fields, directives, options, updateMarks);
        MarkKnown(update.Fields, FixedMask, updateMarks);

        Span<ulong> storedBits = stackalloc ulong[FieldMarks.Words];
        var storedMarks = new FieldMarks(storedBits);
        MarkReplaced(stored.Fields, update.Fields, updateMarks, storedMarks);

        AppendStatusLine(ref writer, stored);
        AppendUnmarked(ref writer, stored.Fields, storedMarks);
        AppendUnmarked(ref writer, update.Fields, updateMarks);
        return End(ref writer, HasUnmarked(update.Fields, KnownField.Date, updateMarks), receivedAt);
    }

    private static void MarkDropped(FieldTable fields, in ResponseDirectives directives, StoreOptions options, FieldMarks marks)
    {
        ulong mask = options.Cookies == CookieRule.Keep ? DroppedMask : DroppedMask | KnownFields.MaskOf(KnownField.SetCookie);
        MarkKnown(fields, mask, marks);
        WithheldFields.Mark(fields, directives, marks);
        for (int i = 0; i < fields.Count; i++)
        {
            if ((fields[i].Flags & Dropped) != 0 || (fields[i].Known == KnownField.Other && IsDroppedName(fields.Name(i))))
            {
                marks.Add(i);
            }
        }
    }

    private static bool IsDroppedName(ReadOnlySpan<byte> name) =>
        CacheTags.IsTagField(name) || (name.Length == ProxyAuthenticationInfo.Length && Ascii.EqualsIgnoreCase(name, ProxyAuthenticationInfo));

    private static void MarkKnown(FieldTable fields, ulong mask, FieldMarks marks)
    {
        for (int i = 0; i < fields.Count && (fields.Present & mask) != 0; i++)
        {
            if ((KnownFields.MaskOf(fields[i].Known) & mask) != 0)
            {
                marks.Add(i);
            }
        }
    }

    // The Date goes with the update in any case: it says when the response was validated.
    private static void MarkReplaced(FieldTable stored, FieldTable update, FieldMarks updateMarks, FieldMarks storedMarks)
    {
        for (int i = 0; i < stored.Count; i++)
        {
            if (stored[i].Known == KnownField.Date || IsUpdated(stored, i, update, updateMarks))
            {
                storedMarks.Add(i);
            }
        }
    }

    private static bool IsUpdated(FieldTable stored, int index, FieldTable update, FieldMarks updateMarks)
    {
        KnownField known = stored[index].Known;
        if (known != KnownField.Other)
        {
            return HasUnmarked(update, known, updateMarks);
        }

        int at = update.IndexOf(stored.Name(index));
        while (at >= 0 && updateMarks.Contains(at))
        {
            at = update.IndexOf(stored.Name(index), at + 1);
        }

        return at >= 0;
    }

    private static bool HasUnmarked(FieldTable fields, KnownField field, FieldMarks marks)
    {
        int at = fields.IndexOf(field);
        while (at >= 0 && marks.Contains(at))
        {
            at = fields.IndexOf(field, at + 1);
        }

        return at >= 0;
    }

    private static void AppendStatusLine(ref HeadWriter writer, ResponseHead response)
    {
        Debug.Assert(response.Status >= 200, "Only final responses are stored.");
        writer.AppendStatusLine(response.Status, response.IsHttp2 || response.IsStatusChanged ? ReasonPhrases.Get(response.Status) : response.Reason);
    }

    private static void AppendUnmarked(ref HeadWriter writer, FieldTable fields, scoped FieldMarks marks)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            if (!marks.Contains(i))
            {
                writer.AppendField(fields.Name(i), fields.Value(i));
            }
        }
    }

    private static bool End(ref HeadWriter writer, bool hasDate, long receivedAt)
    {
        if (!hasDate)
        {
            Span<byte> date = stackalloc byte[HttpDate.Bytes];
            HttpDate.Write(receivedAt, date);
            writer.AppendField("Date"u8, date);
        }

        writer.EndHead();
        return !writer.Overflowed;
    }
}
