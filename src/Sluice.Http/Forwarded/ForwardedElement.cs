using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Forwarded;

/// <summary>One element of <c>Forwarded</c>: <c>token "=" value</c> pairs between semicolons (RFC 7239, section 4).</summary>
internal static class ForwardedElement
{
    /// <summary>Finds a parameter by its name, in any case.</summary>
    /// <param name="element">Without the commas around it.</param>
    /// <param name="name">In lower case.</param>
    /// <returns>The value without quotes; empty when it is missing, there twice, or has a quoted pair, which no address needs.</returns>
    internal static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> element, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> found = default;
        while (!element.IsEmpty)
        {
            int semicolon = LastIndexOfUnquoted(element, (byte)';');
            ReadOnlySpan<byte> pair = FieldBytes.TrimBlanks(element[(semicolon + 1)..]);
            element = semicolon < 0 ? default : element[..semicolon];
            int equals = pair.IndexOf((byte)'=');
            if (equals < 0 || !Ascii.EqualsIgnoreCase(pair[..equals], name))
            {
                continue;
            }

            if (!found.IsEmpty)
            {
                return default;
            }

            found = Unquote(pair[(equals + 1)..]);
        }

        return found;
    }

    /// <summary>
    /// Takes the last element off a list. Quotes are matched from the right end too: what the nearest hop appended is then read as it meant it, even behind
    /// a quote that a client left open.
    /// </summary>
    /// <param name="list">Loses the element and its comma.</param>
    /// <param name="hasQuotes">Whether elements may hold quoted strings.</param>
    internal static ReadOnlySpan<byte> TakeLast(scoped ref ReadOnlySpan<byte> list, bool hasQuotes)
    {
        int comma = hasQuotes ? LastIndexOfUnquoted(list, (byte)',') : list.LastIndexOf((byte)',');
        ReadOnlySpan<byte> element = FieldBytes.TrimBlanks(list[(comma + 1)..]);
        list = comma < 0 ? default : list[..comma];
        return element;
    }

    private static int LastIndexOfUnquoted(ReadOnlySpan<byte> text, byte wanted)
    {
        bool isQuoted = false;
        for (int i = text.Length - 1; i >= 0; i--)
        {
            isQuoted ^= text[i] == '"';
            if (!isQuoted && text[i] == wanted)
            {
                return i;
            }
        }

        return -1;
    }

    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> value)
    {
        if (value is not [(byte)'"', .., (byte)'"'] || value.Length < 2)
        {
            return value.Contains((byte)'"') ? default : value;
        }

        value = value[1..^1];
        return value.ContainsAny((byte)'\\', (byte)'"') ? default : value;
    }
}
