using System.Diagnostics;
using Sluice.Http.Http1;

namespace Sluice.Http.Uris;

/// <summary>
/// Brings paths to the one spelling that routing, logging and the upstream all see (RFC 3986, section 6.2.2): escapes of unreserved characters are decoded,
/// other escapes get upper-case digits, dot segments are removed even when they were encoded. What servers disagree on stays as it came: <c>%2F</c> and
/// <c>%5C</c>, empty segments, path parameters, the case of letters; <see cref="PathTraits"/> tells of it. What they would misread is refused.
/// </summary>
public static class PathCanonicalizer
{
    /// <summary>
    /// Finds the path at the beginning of a target, up to its query, when it is canonical as it is and has no escapes: the common case, without a copy.
    /// </summary>
    /// <param name="target">A path with or without a query.</param>
    /// <param name="length">The length of the path.</param>
    public static bool TryTakePlain(ReadOnlySpan<byte> target, out int length)
    {
        length = target.IndexOfAnyExcept(UriBytes.Path);
        if (length < 0)
        {
            length = target.Length;
        }
        else if (target[length] != '?')
        {
            return false;
        }

        // A dot behind a slash may be a dot segment or a name like ".well-known"; the slow way knows.
        return length > 0 && target[0] == '/' && target[..length].IndexOf("/."u8) < 0;
    }

    /// <summary>What there is to say about a path that <see cref="TryTakePlain"/> took: only what needs neither escapes nor dots.</summary>
    public static PathTraits TraitsOfPlain(ReadOnlySpan<byte> path) =>
        (path.IndexOf("//"u8) < 0 ? PathTraits.None : PathTraits.DoubleSlash)
        | (path.Contains((byte)';') ? PathTraits.Semicolon : PathTraits.None);

    /// <summary>Writes the canonical form of a path, and refuses every encoded control character.</summary>
    /// <inheritdoc cref="Canonicalize(ReadOnlySpan{byte}, Span{byte}, out int, out PathTraits)"/>
    public static Violation Canonicalize(ReadOnlySpan<byte> path, Span<byte> destination, out int length)
    {
        Violation violation = Canonicalize(path, destination, out length, out PathTraits traits);
        return violation == Violation.None && (traits & PathTraits.EncodedNul) != 0 ? Violation.EncodedControl : violation;
    }

    /// <summary>Writes the canonical form of a path. An encoded NUL passes and is told of: the caller has to refuse it where it isn't allowed.</summary>
    /// <param name="path">Without the query; has to begin with a slash.</param>
    /// <param name="destination">As long as the path: the canonical form is never longer.</param>
    /// <param name="length">The bytes written, at least 1.</param>
    /// <param name="traits">What was met on the way.</param>
    /// <returns><see cref="Violation.None"/>, or what is wrong with the path.</returns>
    public static Violation Canonicalize(ReadOnlySpan<byte> path, Span<byte> destination, out int length, out PathTraits traits)
    {
        Debug.Assert(destination.Length >= path.Length, "The canonical form may be as long as the path.");
        length = 0;
        traits = PathTraits.None;
        if (path.IsEmpty || path[0] != '/')
        {
            return Violation.InvalidTarget;
        }

        destination[0] = (byte)'/';
        length = 1;
        int segmentStart = 1;
        for (int i = 1; i < path.Length; i++)
        {
            byte value = path[i];
            if (value == '/')
            {
                traits |= CloseSegment(destination, ref segmentStart, ref length, isLast: false);
            }
            else if (value == '%')
            {
                Violation violation = AppendEscape(path[i..], destination, ref length, ref traits);
                if (violation != Violation.None)
                {
                    return violation;
                }

                i += 2;
            }
            else if (UriBytes.Path.Contains(value))
            {
                traits |= value == ';' ? PathTraits.Semicolon : PathTraits.None;
                destination[length++] = value;
            }
            else
            {
                return value == '#' ? Violation.FragmentInTarget : Violation.InvalidPathCharacter;
            }
        }

        traits |= CloseSegment(destination, ref segmentStart, ref length, isLast: true);
        return Violation.None;
    }

    // RFC 3986, section 5.2.4: "." vanishes, ".." takes the segment before with it, and nothing goes above the root.
    private static PathTraits CloseSegment(Span<byte> destination, ref int segmentStart, ref int length, bool isLast)
    {
        ReadOnlySpan<byte> segment = destination[segmentStart..length];
        PathTraits trait = segment.IsEmpty && !isLast ? PathTraits.DoubleSlash : PathTraits.None;
        if (segment.SequenceEqual("."u8))
        {
            trait = PathTraits.DotSegments;
            length = segmentStart;
        }
        else if (segment.SequenceEqual(".."u8))
        {
            trait = PathTraits.DotSegments;
            length = Math.Max(1, destination[..(segmentStart - 1)].LastIndexOf((byte)'/') + 1);
        }
        else if (!isLast)
        {
            destination[length++] = (byte)'/';
        }

        segmentStart = length;
        return trait;
    }

    private static Violation AppendEscape(ReadOnlySpan<byte> escape, Span<byte> destination, ref int length, ref PathTraits traits)
    {
        int high = escape.Length < 3 ? -1 : HexDigit.ValueOf(escape[1]);
        int low = high < 0 ? -1 : HexDigit.ValueOf(escape[2]);
        if (low < 0)
        {
            return Violation.InvalidPercentEncoding;
        }

        int value = (high << 4) | low;
        if (value is (> 0 and < 0x20) or 0x7F)
        {
            return Violation.EncodedControl;
        }

        if (UriBytes.IsUnreserved(value))
        {
            destination[length++] = (byte)value;
            return Violation.None;
        }

        traits |= value switch
        {
            '/' => PathTraits.EncodedSlash,
            '\\' => PathTraits.EncodedBackslash,
            0 => PathTraits.EncodedNul,
            _ => PathTraits.None,
        };
        destination[length++] = (byte)'%';
        destination[length++] = HexDigit.UpperOf(high);
        destination[length++] = HexDigit.UpperOf(low);
        return Violation.None;
    }
}
