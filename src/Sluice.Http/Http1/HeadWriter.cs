using System.Diagnostics;
using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary>
/// Writes a head in canonical form: one line per field, a colon and one space, CRLF. Names and values are taken as they are; what comes from a reader of this
/// library is clean. Running out of room throws nothing: <see cref="Overflowed"/> says so, and the caller writes it again into more memory.
/// </summary>
public ref struct HeadWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>The bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Whether something did not fit; what was written is then of no use.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Writes bytes as they are.</summary>
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (!Overflowed && bytes.TryCopyTo(_destination[Length..]))
        {
            Length += bytes.Length;
            return;
        }

        Overflowed = true;
    }

    /// <summary>What was written from an offset on. Empty after an overflow.</summary>
    public readonly ReadOnlySpan<byte> WrittenFrom(int start) => Overflowed ? default : _destination[start..Length];

    /// <summary>Takes back what was written behind a length that was reached before. An overflow stays one.</summary>
    public void Truncate(int length)
    {
        Debug.Assert((uint)length <= (uint)Length, "Only what was written can be taken back.");
        Length = length;
    }

    /// <summary>Takes out bytes that were written before.</summary>
    public void Remove(int start, int count)
    {
        Debug.Assert(count >= 0 && start >= 0 && start + count <= Length, "Only what was written can be taken out.");
        _destination[(start + count)..Length].CopyTo(_destination[start..]);
        Length -= count;
    }

    /// <summary>Writes a field line.</summary>
    public void AppendField(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        int length = name.Length + value.Length + 4;
        if (Overflowed || length > _destination.Length - Length)
        {
            Overflowed = true;
            return;
        }

        Span<byte> line = _destination.Slice(Length, length);
        name.CopyTo(line);
        line[name.Length] = (byte)':';
        line[name.Length + 1] = FieldBytes.Space;
        value.CopyTo(line[(name.Length + 2)..]);
        line[^2] = FieldBytes.CarriageReturn;
        line[^1] = FieldBytes.LineFeed;
        Length += length;
    }

    /// <summary>Writes a number in decimal.</summary>
    public void AppendNumber(long number)
    {
        if (!Overflowed && number.TryFormat(_destination[Length..], out int written))
        {
            Length += written;
            return;
        }

        Overflowed = true;
    }

    /// <summary>Writes the status line of an HTTP/1.1 response.</summary>
    /// <param name="status">Three digits.</param>
    /// <param name="reason">May be empty: the space before it is written all the same (RFC 9112, section 4).</param>
    public void AppendStatusLine(int status, scoped ReadOnlySpan<byte> reason)
    {
        Append("HTTP/1.1 "u8);
        AppendNumber(status);
        Append(" "u8);
        Append(reason);
        Append("\r\n"u8);
    }

    /// <summary>
    /// Writes the fields of a table in their order, except those to drop. Neighbours that already stand in the buffer in canonical form are copied in one go.
    /// </summary>
    /// <param name="fields">The fields.</param>
    /// <param name="drop">Fields with one of these flags are left out.</param>
    /// <param name="dropKnownMask">Known fields with a bit in it are left out, <c>1UL &lt;&lt; (int)field</c>; the bit of <see cref="KnownField.Other"/> must not be set.</param>
    public void AppendFields(FieldTable fields, FieldFlags drop, ulong dropKnownMask)
    {
        ReadOnlySpan<byte> buffer = fields.Buffer;
        int runStart = 0;
        int runEnd = 0;
        for (int i = 0; i < fields.Count; i++)
        {
            ref readonly Field field = ref fields[i];
            if ((field.Flags & drop) != 0 || (dropKnownMask & (1UL << (int)field.Known)) != 0)
            {
                continue;
            }

            if (!IsCanonical(buffer, field))
            {
                Append(buffer[runStart..runEnd]);
                runStart = runEnd;
                AppendField(fields.Name(i), fields.Value(i));
                continue;
            }

            if (field.NameOffset != runEnd)
            {
                Append(buffer[runStart..runEnd]);
                runStart = field.NameOffset;
            }

            runEnd = field.ValueOffset + field.ValueLength + 2;
        }

        Append(buffer[runStart..runEnd]);
    }

    /// <summary>Writes the empty line that ends the head.</summary>
    public void EndHead() => Append("\r\n"u8);

    // "Name: value" CRLF, with exactly the one space.
    private static bool IsCanonical(ReadOnlySpan<byte> buffer, in Field field)
    {
        int colon = field.NameOffset + field.NameLength;
        int end = field.ValueOffset + field.ValueLength;
        return field.ValueOffset == colon + 2
            && buffer[colon + 1] == FieldBytes.Space
            && end + 1 < buffer.Length
            && buffer[end] == FieldBytes.CarriageReturn;
    }
}
