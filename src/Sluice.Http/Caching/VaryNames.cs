using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Caching;

/// <summary>Lists of fields that responses vary by, as <see cref="VaryKey.ReadNames"/> writes them: in lower case, sorted, each once, with commas between them.</summary>
public static class VaryNames
{
    /// <summary>Puts two lists together.</summary>
    /// <param name="left">A list.</param>
    /// <param name="right">Another.</param>
    /// <param name="destination">Takes what is in either; none of the two.</param>
    /// <param name="length">How long it is.</param>
    /// <returns>False, with nothing, when it doesn't fit, or has more names than a key takes.</returns>
    public static bool TryUnite(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> destination, out int length)
    {
        length = 0;
        int count = 0;
        var lefts = new ListElements(left);
        var rights = new ListElements(right);
        bool hasLeft = lefts.MoveNext();
        bool hasRight = rights.MoveNext();
        while (hasLeft || hasRight)
        {
            int order = !hasLeft ? 1 : !hasRight ? -1 : lefts.Current.SequenceCompareTo(rights.Current);
            ReadOnlySpan<byte> name = order <= 0 ? lefts.Current : rights.Current;
            int comma = count == 0 ? 0 : 1;
            if (++count > VaryKey.NameCountMax || name.Length + comma > destination.Length - length)
            {
                length = 0;
                return false;
            }

            ","u8[..comma].CopyTo(destination[length..]);
            name.CopyTo(destination[(length + comma)..]);
            length += comma + name.Length;
            hasLeft = order <= 0 ? lefts.MoveNext() : hasLeft;
            hasRight = order >= 0 ? rights.MoveNext() : hasRight;
        }

        return true;
    }

    /// <summary>Whether a list has a name, in any case.</summary>
    public static bool Contain(ReadOnlySpan<byte> names, ReadOnlySpan<byte> name)
    {
        foreach (ReadOnlySpan<byte> element in new ListElements(names))
        {
            if (element.Length == name.Length && Ascii.EqualsIgnoreCase(element, name))
            {
                return true;
            }
        }

        return false;
    }
}
