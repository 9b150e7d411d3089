namespace Sluice.Http.Caching;

/// <summary>
/// Walks the members of a dictionary in one field line (RFC 8941, section 4.2.2). Parameters are checked and passed over. Who takes anything from it has to
/// see it to its end: after <see cref="HasFailed"/> nothing of the field counts.
/// </summary>
internal ref struct StructuredDictionary(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line.Trim((byte)' ');
    private bool _isBegun;

    /// <summary>The member's key.</summary>
    internal ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>The type of its value; a member without one is a Boolean that is true.</summary>
    internal StructuredKind Kind { get; private set; }

    /// <summary>Its value, as <see cref="StructuredItem.TryTake"/> has it; empty for an inner list.</summary>
    internal ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether the line is no dictionary.</summary>
    internal bool HasFailed { get; private set; }

    /// <summary>Goes on to the next member; false behind the last, and where the line is wrong.</summary>
    internal bool MoveNext()
    {
        if (HasFailed || _rest.IsEmpty)
        {
            return false;
        }

        HasFailed = (_isBegun && !TrySkipComma()) || !TryReadMember();
        _isBegun = true;
        return !HasFailed;
    }

    // A comma with nothing behind it is an error, blanks around it are none.
    private bool TrySkipComma()
    {
        if (_rest[0] != ',')
        {
            return false;
        }

        _rest = _rest[1..].TrimStart(" \t"u8);
        return !_rest.IsEmpty;
    }

    private bool TryReadMember()
    {
        ReadOnlySpan<byte> rest = _rest;
        if (!StructuredItem.TryTakeKey(ref rest, out ReadOnlySpan<byte> key))
        {
            return false;
        }

        _rest = rest;
        Key = key;
        Kind = StructuredKind.Boolean;
        Value = "1"u8;
        if (!_rest.IsEmpty && _rest[0] == '=')
        {
            _rest = _rest[1..];
            if (!TryReadValue())
            {
                return false;
            }
        }

        bool isDone = TrySkipParameters();
        _rest = _rest.TrimStart(" \t"u8);
        return isDone;
    }

    private bool TryReadValue()
    {
        if (!_rest.IsEmpty && _rest[0] == '(')
        {
            Kind = StructuredKind.InnerList;
            Value = default;
            return TrySkipInnerList();
        }

        ReadOnlySpan<byte> rest = _rest;
        bool isTaken = StructuredItem.TryTake(ref rest, out StructuredKind kind, out ReadOnlySpan<byte> value);
        _rest = rest;
        Kind = kind;
        Value = value;
        return isTaken;
    }

    // Section 4.2.1.2: items with spaces between them.
    private bool TrySkipInnerList()
    {
        _rest = _rest[1..];
        while (true)
        {
            ReadOnlySpan<byte> trimmed = _rest.TrimStart((byte)' ');
            if (!trimmed.IsEmpty && trimmed[0] == ')')
            {
                _rest = trimmed[1..];
                return true;
            }

            _rest = trimmed;
            if (!StructuredItem.TryTake(ref _rest, out _, out _) || !TrySkipParameters() || _rest.IsEmpty || _rest[0] is not ((byte)' ' or (byte)')'))
            {
                return false;
            }
        }
    }

    // Section 4.2.3.2.
    private bool TrySkipParameters()
    {
        while (!_rest.IsEmpty && _rest[0] == ';')
        {
            _rest = _rest[1..].TrimStart((byte)' ');
            if (!StructuredItem.TryTakeKey(ref _rest, out _))
            {
                return false;
            }

            if (!_rest.IsEmpty && _rest[0] == '=')
            {
                _rest = _rest[1..];
                if (!StructuredItem.TryTake(ref _rest, out _, out _))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
