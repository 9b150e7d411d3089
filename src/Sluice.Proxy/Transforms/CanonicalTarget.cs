using System.Text;
using Sluice.Http.Http1;
using Sluice.Http.Uris;

namespace Sluice.Proxy.Transforms;

/// <summary>Brings a rewritten path to its canonical form, and refuses what a request could not have come with or what leads out of the place it was put to.</summary>
internal static class CanonicalTarget
{
    /// <summary>Makes a path canonical in its own memory.</summary>
    /// <param name="path">As it was put together.</param>
    /// <param name="length">The length of the canonical form, which is never longer.</param>
    /// <param name="traits">What is for the route's policy to decide about.</param>
    /// <returns>What is wrong with it; <see cref="Violation.InvalidTarget"/> when it doesn't begin with a slash or has dot segments.</returns>
    public static Violation Make(Span<byte> path, out int length, out PathTraits traits)
    {
        if (HasDotSegment(path))
        {
            length = 0;
            traits = PathTraits.None;
            return Violation.InvalidTarget;
        }

        // In place: what is written never gets ahead of what is read.
        return PathCanonicalizer.Canonicalize(path, path, out length, out traits);
    }

    // Servers decode dots, so "%2e" is one (RFC 3986, section 6.2.2.2), and some of them slashes and backslashes before they look for segments. A value
    // that brought them in was meant to lead somewhere else.
    private static bool HasDotSegment(ReadOnlySpan<byte> path)
    {
        while (!path.IsEmpty)
        {
            int end = FindSeparator(path, out int width);
            ReadOnlySpan<byte> segment = path[..end];
            path = path[(end + width)..];
            int dots = 0;
            while (segment.Length > 0 && (segment[0] == '.' || (segment.Length >= 3 && Ascii.EqualsIgnoreCase(segment[..3], "%2e"u8))))
            {
                segment = segment[(segment[0] == '.' ? 1 : 3)..];
                dots++;
            }

            if (segment.IsEmpty && dots is 1 or 2)
            {
                return true;
            }
        }

        return false;
    }

    // The length of the path where there is none.
    private static int FindSeparator(ReadOnlySpan<byte> path, out int width)
    {
        for (int i = 0; i < path.Length; i++)
        {
            bool isEscape = path[i] == '%' && path.Length >= i + 3 && (Ascii.EqualsIgnoreCase(path.Slice(i, 3), "%2f"u8) || Ascii.EqualsIgnoreCase(path.Slice(i, 3), "%5c"u8));
            if (path[i] == '/' || isEscape)
            {
                width = isEscape ? 3 : 1;
                return i;
            }
        }

        width = 0;
        return path.Length;
    }
}
