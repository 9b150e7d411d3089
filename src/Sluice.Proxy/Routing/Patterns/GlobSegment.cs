namespace Sluice.Proxy.Routing.Patterns;

/// <summary>A segment of a glob: texts with any number of characters between them.</summary>
internal sealed class GlobSegment
{
    private readonly byte[] _first;
    private readonly byte[][] _middle;
    private readonly byte[]? _last;

    /// <param name="pieces">What is between the stars; at least one, each may be empty.</param>
    internal GlobSegment(byte[][] pieces)
    {
        _first = pieces[0];
        _middle = pieces.Length > 2 ? pieces[1..^1] : [];
        _last = pieces.Length > 1 ? pieces[^1] : null;
    }

    /// <summary>Whether it matches a whole segment. Taking each text at its first place is enough, since a star takes whatever is left.</summary>
    internal bool Matches(ReadOnlySpan<byte> segment)
    {
        if (_last is null)
        {
            return segment.SequenceEqual(_first);
        }

        if (segment.Length < _first.Length + _last.Length || !segment.StartsWith(_first) || !segment.EndsWith(_last))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = segment[_first.Length..^_last.Length];
        foreach (byte[] piece in _middle)
        {
            int index = rest.IndexOf(piece);
            if (index < 0)
            {
                return false;
            }

            rest = rest[(index + piece.Length)..];
        }

        return true;
    }
}
