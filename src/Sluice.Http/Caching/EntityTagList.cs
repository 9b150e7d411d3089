using Sluice.Http.Representations;

namespace Sluice.Http.Caching;

/// <summary>
/// Puts the entity tags of several stored responses, and those that a client asks with, together into one <c>If-None-Match</c> (RFC 9111, section 4.3.2).
/// </summary>
/// <param name="destination">Takes the list. A tag that doesn't fit is left out: one stored response less can be validated.</param>
public ref struct EntityTagList(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private int _length;

    /// <summary>The list so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _destination[.._length];

    /// <summary>Adds a tag that isn't there yet.</summary>
    /// <param name="tag">What is no valid tag is left out.</param>
    /// <returns>Whether the list has the tag now.</returns>
    public bool Add(scoped ReadOnlySpan<byte> tag)
    {
        if (!EntityTag.IsValid(tag))
        {
            return false;
        }

        if (EntityTag.IsIn(Written, tag, isStrong: false))
        {
            return true;
        }

        ReadOnlySpan<byte> separator = _length == 0 ? default : ", "u8;
        if (separator.Length + tag.Length > _destination.Length - _length)
        {
            return false;
        }

        separator.CopyTo(_destination[_length..]);
        tag.CopyTo(_destination[(_length + separator.Length)..]);
        _length += separator.Length + tag.Length;
        return true;
    }
}
