namespace Sluice.Http.Headers;

/// <summary>
/// Walks the elements of a comma-separated list of tokens (RFC 9110, section 5.6.1.2), without the blanks around them. Empty elements are skipped.
/// Not for lists whose elements may hold quoted strings.
/// </summary>
public ref struct ListElements(ReadOnlySpan<byte> list)
{
    private ReadOnlySpan<byte> _rest = list;
    private bool _atEnd;

    /// <summary>The element.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly ListElements GetEnumerator() => this;

    /// <summary>Goes on to the next element; false behind the last.</summary>
    public bool MoveNext()
    {
        while (!_atEnd)
        {
            int comma = _rest.IndexOf((byte)',');
            _atEnd = comma < 0;
            Current = FieldBytes.TrimBlanks(_atEnd ? _rest : _rest[..comma]);
            _rest = _atEnd ? default : _rest[(comma + 1)..];
            if (!Current.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}
