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
    /// <returns>False when it doesn't begin with a slash, has dot segments, control characters or broken escapes.</returns>
    public static bool TryMake(Span<byte> path, out int length)
    {
        // In place: what is written never gets ahead of what is read.
        length = 0;
        return !HasDotSegment(path) && PathCanonicalizer.Canonicalize(path, path, out length) == Violation.None;
    }

    // Servers decode dots, so "%2e" is one (RFC 3986, section 6.2.2.2). A value that brought them in was meant to lead somewhere else.
    private static bool HasDotSegment(ReadOnlySpan<byte> path)
    {
        while (!path.IsEmpty)
        {
            int end = path.IndexOf((byte)'/');
            ReadOnlySpan<byte> segment = end < 0 ? path : path[..end];
            path = end < 0 ? default : path[(end + 1)..];
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
}
