using System.Diagnostics;
using System.Text;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Representations;

namespace Sluice.Http.Caching;

/// <summary>
/// Calculates the secondary key of a request: what it has of the fields that a stored response's <c>Vary</c> names (RFC 9111, section 4.1). Two requests have the same
/// key when these fields match.
/// </summary>
public static class VaryKey
{
    /// <summary>How many fields a key takes.</summary>
    public const int NameCountMax = 16;

    /// <summary>How long a list of names is at most, in bytes.</summary>
    public const int NameBytesMax = 512;

    // A field that is absent matches only one that is absent. No value has a NUL or a line feed.
    private const byte Absent = 0;
    private const byte EndOfField = FieldBytes.LineFeed;

    private static ReadOnlySpan<ContentCoding> ToldApart => [ContentCoding.Brotli, ContentCoding.Gzip, ContentCoding.Zstd];

    /// <summary>Reads <c>Vary</c>, however many lines it has, into a list: in lower case, sorted, each name once, with commas between them.</summary>
    /// <param name="response">Its fields.</param>
    /// <param name="destination">Takes the list; <see cref="NameBytesMax"/> suffices for every list that is taken.</param>
    /// <param name="length">How long the list is; 0 unless there are names.</param>
    public static VaryOutcome ReadNames(FieldTable response, Span<byte> destination, out int length)
    {
        ArgumentNullException.ThrowIfNull(response);
        length = 0;
        Span<TextRange> names = stackalloc TextRange[NameCountMax];
        int count = 0;
        for (int i = response.IndexOf(KnownField.Vary); i >= 0; i = response.IndexOf(KnownField.Vary, i + 1))
        {
            foreach (ReadOnlySpan<byte> name in new ListElements(response.Value(i)))
            {
                if (name is [(byte)'*'] || !FieldBytes.IsToken(name))
                {
                    return VaryOutcome.Any;
                }

                bool isOffset = response.Buffer.AsSpan().Overlaps(name, out int offset);
                Debug.Assert(isOffset, "Values are slices of the buffer.");
                if (!TryInsert(response.Buffer, names, ref count, new TextRange(offset, name.Length)))
                {
                    return FindStar(response, i) ? VaryOutcome.Any : VaryOutcome.TooMany;
                }
            }
        }

        return count == 0 ? VaryOutcome.None : Join(response.Buffer, names[..count], destination, out length);
    }

    /// <summary>Whether a list has a name.</summary>
    /// <param name="names">As <see cref="ReadNames"/> wrote it.</param>
    /// <param name="name">In lower case.</param>
    public static bool Names(ReadOnlySpan<byte> names, ReadOnlySpan<byte> name)
    {
        foreach (ReadOnlySpan<byte> element in new ListElements(names))
        {
            if (element.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Writes the key of a request. Lines of one field are put together; <c>Accept-Encoding</c> becomes one of few forms (<see cref="AcceptEncoding"/>), the blanks
    /// around the elements of other lists are made even, and languages get lower case.
    /// </summary>
    /// <param name="names">As <see cref="ReadNames"/> wrote it.</param>
    /// <param name="request">Its fields.</param>
    /// <param name="destination">Takes the key.</param>
    /// <param name="length">How long it is.</param>
    /// <returns>False when the key doesn't fit: the request can't be answered from, or be stored under, such a key.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> names, FieldTable request, Span<byte> destination, out int length)
    {
        ArgumentNullException.ThrowIfNull(request);
        var writer = new HeadWriter(destination);
        foreach (ReadOnlySpan<byte> name in new ListElements(names))
        {
            AppendField(ref writer, name, request);
            writer.Append([EndOfField]);
        }

        length = writer.Length;
        return !writer.Overflowed;
    }

    private static void AppendField(ref HeadWriter writer, ReadOnlySpan<byte> name, FieldTable request)
    {
        KnownField known = KnownFields.Find(name);
        int line = Next(request, known, name, 0);
        if (line < 0)
        {
            writer.Append([Absent]);
            return;
        }

        if (known == KnownField.AcceptEncoding)
        {
            AppendCodings(ref writer, AcceptEncoding.Read(request));
            return;
        }

        bool isList = known is KnownField.Accept or KnownField.AcceptLanguage;
        int start = writer.Length;
        for (; line >= 0; line = Next(request, known, name, line + 1))
        {
            ReadOnlySpan<byte> value = request.Value(line);
            if (isList && !value.Contains((byte)'"'))
            {
                AppendList(ref writer, start, value, isLower: known == KnownField.AcceptLanguage);
                continue;
            }

            writer.Append(writer.Length == start ? default : ", "u8);
            writer.Append(value);
        }
    }

    // Whatever their order and weights: what is accepted at all.
    private static void AppendCodings(ref HeadWriter writer, in AcceptEncoding accepted)
    {
        int start = writer.Length;
        foreach (ContentCoding coding in ToldApart)
        {
            if (accepted.Takes(coding))
            {
                writer.Append(writer.Length == start ? default : ", "u8);
                writer.Append(ContentCodings.NameOf(coding));
            }
        }

        bool isBare = writer.Length == start;
        writer.Append(accepted.Takes(ContentCoding.Identity) ? (isBare ? "identity"u8 : default) : isBare ? "identity;q=0"u8 : ", identity;q=0"u8);
    }

    // Empty elements mean nothing (RFC 9110, section 5.6.1.2).
    private static void AppendList(ref HeadWriter writer, int start, ReadOnlySpan<byte> list, bool isLower)
    {
        Span<byte> small = stackalloc byte[1];
        foreach (ReadOnlySpan<byte> element in new ListElements(list))
        {
            writer.Append(writer.Length == start ? default : ", "u8);
            if (!isLower)
            {
                writer.Append(element);
                continue;
            }

            foreach (byte letter in element)
            {
                small[0] = char.IsAsciiLetterUpper((char)letter) ? (byte)(letter | 0x20) : letter;
                writer.Append(small);
            }
        }
    }

    private static int Next(FieldTable request, KnownField known, ReadOnlySpan<byte> name, int from) =>
        known != KnownField.Other ? request.IndexOf(known, from) : request.IndexOf(name, from);

    // Keeps the names sorted without regard to case; one that is there already stays once.
    private static bool TryInsert(byte[] buffer, Span<TextRange> names, ref int count, TextRange name)
    {
        int at = 0;
        while (at < count)
        {
            int order = Compare(names[at].In(buffer), name.In(buffer));
            if (order == 0)
            {
                return true;
            }

            if (order > 0)
            {
                break;
            }

            at++;
        }

        if (count == names.Length)
        {
            return false;
        }

        names[at..count].CopyTo(names[(at + 1)..]);
        names[at] = name;
        count++;
        return true;
    }

    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int shared = Math.Min(left.Length, right.Length);
        for (int i = 0; i < shared; i++)
        {
            int order = LowerOf(left[i]) - LowerOf(right[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length - right.Length;
    }

    private static int LowerOf(byte letter) => char.IsAsciiLetterUpper((char)letter) ? letter | 0x20 : letter;

    // A star behind the names that are too many still says more than they do.
    private static bool FindStar(FieldTable response, int line)
    {
        for (; line >= 0; line = response.IndexOf(KnownField.Vary, line + 1))
        {
            foreach (ReadOnlySpan<byte> name in new ListElements(response.Value(line)))
            {
                if (name is [(byte)'*'])
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static VaryOutcome Join(byte[] buffer, ReadOnlySpan<TextRange> names, Span<byte> destination, out int length)
    {
        length = 0;
        int written = 0;
        foreach (TextRange name in names)
        {
            int comma = written == 0 ? 0 : 1;
            if (name.Length + comma > destination.Length - written)
            {
                return VaryOutcome.TooMany;
            }

            if (comma == 1)
            {
                destination[written++] = (byte)',';
            }

            Ascii.ToLower(name.In(buffer), destination[written..], out int count);
            written += count;
        }

        length = written;
        return VaryOutcome.Names;
    }
}
