using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Headers;

namespace Sluice.Http.Representations;

/// <summary>The parts that a request asks for with <c>Range: bytes=…</c> (RFC 9110, section 14). Reused from request to request; allocates nothing.</summary>
/// <remarks>
/// What a request can cost is bounded (section 14.2 and RFC 7233, section 6.1): with more than <see cref="CountMax"/> ranges the whole is sent, and ranges that overlap or
/// touch become one, so that no byte is sent twice. The parts keep the order in which they were asked for (section 15.3.7.2).
/// </remarks>
public sealed class ByteRanges
{
    /// <summary>The most ranges that are taken; video players ask for 1, readers of PDF for a handful.</summary>
    public const int CountMax = 16;

    private Ranges _ranges;

    /// <summary>How many parts there are; above 0 only after <see cref="RangeOutcome.Partial"/>.</summary>
    public int Count { get; private set; }

    /// <summary>A part.</summary>
    public ByteRange this[int index]
    {
        get
        {
            Debug.Assert((uint)index < (uint)Count, "A part behind the last one was asked for.");
            return _ranges[index];
        }
    }

    /// <summary>Reads the field of a GET.</summary>
    /// <param name="request">The field lines of the request.</param>
    /// <param name="length">Of the representation, in bytes.</param>
    /// <returns>Also <see cref="RangeOutcome.Whole"/> for a field that is invalid, is there twice, or has another unit: section 14.2 lets all of them be ignored.</returns>
    public RangeOutcome Read(FieldTable request, long length)
    {
        ArgumentNullException.ThrowIfNull(request);
        Debug.Assert(length >= 0, "What has no length yet has no ranges.");
        Count = 0;
        return Validators.TryGetOnly(request, KnownField.Range, out ReadOnlySpan<byte> value) ? Read(value, length) : RangeOutcome.Whole;
    }

    private RangeOutcome Read(ReadOnlySpan<byte> value, long length)
    {
        // The unit is not case-sensitive (section 14.1).
        if (value.Length < 6 || !System.Text.Ascii.EqualsIgnoreCase(value[..6], "bytes="u8))
        {
            return RangeOutcome.Whole;
        }

        int asked = 0;
        foreach (ReadOnlySpan<byte> spec in new ListElements(value[6..]))
        {
            if (++asked > CountMax || !TryResolve(spec, length, out ByteRange range))
            {
                Count = 0;
                return RangeOutcome.Whole;
            }

            if (range.Length > 0)
            {
                Add(range);
            }
        }

        // A suffix of nothing is all of it, and no part can be named of it (section 14.1.2).
        return Count > 0 ? RangeOutcome.Partial
            : asked == 0 || (length == 0 && AsksForSuffix(value[6..])) ? RangeOutcome.Whole
            : RangeOutcome.Unsatisfiable;
    }

    // Section 14.1.2. A range that can't be satisfied has the length 0. False when it is no range at all.
    private static bool TryResolve(ReadOnlySpan<byte> spec, long length, out ByteRange range)
    {
        range = default;
        int dash = spec.IndexOf((byte)'-');
        if (dash < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> firstText = spec[..dash];
        ReadOnlySpan<byte> lastText = spec[(dash + 1)..];
        if (firstText.IsEmpty)
        {
            bool isSuffix = TryNumber(lastText, out long suffix);
            long taken = Math.Min(suffix, length);
            range = new ByteRange(length - taken, taken);
            return isSuffix;
        }

        long last = long.MaxValue;
        if (!TryNumber(firstText, out long first) || (!lastText.IsEmpty && !TryNumber(lastText, out last)) || last < first)
        {
            return false;
        }

        range = first < length ? new ByteRange(first, Math.Min(last, length - 1) - first + 1) : default;
        return true;
    }

    // Any number of digits: what is larger than a number can be lies behind every representation all the same.
    private static bool TryNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = number > (long.MaxValue - 9) / 10 ? long.MaxValue - 9 : (number * 10) + (digit - '0');
        }

        return !digits.IsEmpty;
    }

    private static bool AsksForSuffix(ReadOnlySpan<byte> list)
    {
        foreach (ReadOnlySpan<byte> spec in new ListElements(list))
        {
            if (spec[0] == '-' && spec.ContainsAnyExcept((byte)'-', (byte)'0'))
            {
                return true;
            }
        }

        return false;
    }

    // Takes in the parts that it touches, at the place of the first of them. What it has grown by may touch others, so it looks at all of them again.
    private void Add(ByteRange range)
    {
        int place = Count;
        for (int i = 0; i < Count; i++)
        {
            ByteRange other = _ranges[i];
            if (range.Offset > other.End || other.Offset > range.End)
            {
                continue;
            }

            long offset = Math.Min(range.Offset, other.Offset);
            range = new ByteRange(offset, Math.Max(range.End, other.End) - offset);
            place = Math.Min(place, i);
            RemoveAt(i);
            i = -1;
        }

        Insert(place, range);
    }

    private void RemoveAt(int index)
    {
        Count--;
        for (int i = index; i < Count; i++)
        {
            _ranges[i] = _ranges[i + 1];
        }
    }

    private void Insert(int index, ByteRange range)
    {
        for (int i = Count; i > index; i--)
        {
            _ranges[i] = _ranges[i - 1];
        }

        _ranges[index] = range;
        Count++;
    }

    [InlineArray(CountMax)]
    private struct Ranges
    {
        private ByteRange _first;
    }
}
