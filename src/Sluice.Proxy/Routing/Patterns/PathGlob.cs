using System.Text;

namespace Sluice.Proxy.Routing.Patterns;

/// <summary>A path pattern: <c>*</c> within a segment, <c>**</c> for any number of segments, also none.</summary>
/// <remarks>
/// The usual two pointers: behind a <c>**</c> the rest is tried at one segment after another, and a later <c>**</c> makes an earlier one's choice final. So the
/// time is at most the product of the segments of pattern and path.
/// </remarks>
internal sealed class PathGlob
{
    // Null stands for "**".
    private readonly GlobSegment?[] _segments;

    /// <param name="text">Beginning with a slash.</param>
    internal PathGlob(string text) => _segments = [.. text[1..].Split('/').Select(Compile)];


    /// <summary>The characters that are no stars, without a slash and stars at the end: what makes one glob more specific than another.</summary>
    internal static int LiteralLengthOf(string text)
    {
        string counted = text.EndsWith("/**", StringComparison.Ordinal) ? text[..^3] : text;
        return counted.Length - counted.Count(letter => letter == '*');
    }

    /// <summary>Whether it matches a whole canonical path.</summary>
    internal bool Matches(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path[0] != '/')
        {
            return false;
        }

        int index = 0;
        int position = 1;
        int starIndex = -1;
        int starPosition = 0;

        // Behind the last segment the position is one more than the length: an empty last segment is one, too.
        while (position <= path.Length)
        {
            int end = EndOfSegment(path, position);
            if (index < _segments.Length && _segments[index] is null)
            {
                if (index == _segments.Length - 1)
                {
                    return true;
                }

                starIndex = index++;
                starPosition = position;
            }
            else if (index < _segments.Length && _segments[index]!.Matches(path[position..end]))
            {
                index++;
                position = end + 1;
            }
            else if (starIndex >= 0)
            {
                index = starIndex + 1;
                starPosition = EndOfSegment(path, starPosition) + 1;
                position = starPosition;
            }
            else
            {
                return false;
            }
        }

        while (index < _segments.Length && _segments[index] is null)
        {
            index++;
        }

        return index == _segments.Length;
    }

    private static GlobSegment? Compile(string segment) =>
        segment == "**" ? null : new GlobSegment([.. segment.Split('*').Select(Encoding.ASCII.GetBytes)]);

    private static int EndOfSegment(ReadOnlySpan<byte> path, int position)
    {
        int length = path[position..].IndexOf((byte)'/');
        return length < 0 ? path.Length : position + length;
    }
}
