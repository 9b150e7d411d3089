using Sluice.Http.Headers;

namespace Sluice.Http.Caching;

/// <summary>
/// Walks the directives of one <c>Cache-Control</c> line: <c>token [ "=" ( token / quoted-string ) ]</c>, separated by commas (RFC 9111, section 5.2).
/// Nothing fails: what is wrong is told of, so that whoever reads can take the cautious side.
/// </summary>
internal ref struct DirectiveReader(ReadOnlySpan<byte> list)
{
    private ReadOnlySpan<byte> _rest = list;

    /// <summary>Which directive it is.</summary>
    internal Directive Directive { get; private set; }

    /// <summary>The argument without its quotes; escapes in it are left as they are, since no argument that is understood needs one.</summary>
    internal ReadOnlySpan<byte> Argument { get; private set; }

    /// <summary>How the argument was said.</summary>
    internal ArgumentForm Form { get; private set; }

    /// <summary>
    /// Whether a quote was opened and never closed. What is behind it is read as if the quote weren't there, so that nothing can be hidden in it.
    /// </summary>
    internal bool IsUnterminated { get; private set; }

    /// <summary>Goes on to the next directive; false behind the last.</summary>
    internal bool MoveNext()
    {
        _rest = _rest.TrimStart(" \t,"u8);
        if (_rest.IsEmpty)
        {
            return false;
        }

        int end = _rest.IndexOfAny((byte)'=', (byte)',');
        bool hasArgument = end >= 0 && _rest[end] == '=';
        ReadOnlySpan<byte> raw = end < 0 ? _rest : _rest[..end];
        ReadOnlySpan<byte> name = FieldBytes.TrimBlanks(raw);
        Directive = DirectiveNames.Find(name);
        Argument = default;
        Form = ArgumentForm.None;
        _rest = end < 0 ? default : _rest[(end + 1)..];
        if (hasArgument)
        {
            ReadArgument();
            Form = name.Length == raw.Length ? Form : ArgumentForm.Invalid;
        }

        return true;
    }

    private void ReadArgument()
    {
        int close = _rest.IsEmpty || _rest[0] != '"' ? -1 : ClosingQuote(_rest);
        if (close > 0)
        {
            Argument = _rest[1..close];
            _rest = _rest[(close + 1)..];
            Form = FieldBytes.TrimBlanks(TakeElement()).IsEmpty ? ArgumentForm.Quoted : ArgumentForm.Invalid;
            return;
        }

        IsUnterminated |= !_rest.IsEmpty && _rest[0] == '"';
        Argument = TakeElement().TrimEnd(" \t"u8);
        Form = FieldBytes.IsToken(Argument) ? ArgumentForm.Token : ArgumentForm.Invalid;
    }

    // What is left up to the next comma, which is taken away too.
    private ReadOnlySpan<byte> TakeElement()
    {
        int comma = _rest.IndexOf((byte)',');
        ReadOnlySpan<byte> element = comma < 0 ? _rest : _rest[..comma];
        _rest = comma < 0 ? default : _rest[(comma + 1)..];
        return element;
    }

    // quoted-pair: a backslash takes the next byte with it (RFC 9110, section 5.6.4).
    private static int ClosingQuote(ReadOnlySpan<byte> text)
    {
        int at = 1;
        while (at < text.Length)
        {
            int step = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
            {
                return -1;
            }

            at += step;
            if (text[at] == '"')
            {
                return at;
            }

            at += 2;
        }

        return -1;
    }
}
