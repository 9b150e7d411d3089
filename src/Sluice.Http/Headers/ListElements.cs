namespace Sluice.Http.Headers;

/// <summary>
/// Walks the elements of a comma-separated list of tokens (RFC 9110, section 5.6.1.2), without the blanks around them. Empty elements are skipped.
/// Not for lists whose elements may hold quoted strings.
/// </summary>
internal ref struct ListElements(ReadOnlySpan<byte> list)
{
    private ReadOnlySpan<byte> _rest = list;
    private bool _atEnd;

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly ListElements GetEnumerator() => this;

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
