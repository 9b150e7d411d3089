using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Caching;

/// <summary>
/// Walks the tags that a response can be purged by: of <c>Surrogate-Key</c>, separated by blanks, and of <c>Cache-Tag</c>, separated by commas. The fields are for
/// caches, and not stored with the head.
/// </summary>
public ref struct CacheTags(FieldTable fields)
{
    private readonly FieldTable _fields = fields;
    private ReadOnlySpan<byte> _rest;
    private byte _separator;
    private int _next;

    /// <summary>The tag, in the server's spelling.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    private static ReadOnlySpan<byte> SurrogateKey => "surrogate-key"u8;

    private static ReadOnlySpan<byte> CacheTag => "cache-tag"u8;

    /// <summary>For <c>foreach</c>.</summary>
    public readonly CacheTags GetEnumerator() => this;

    /// <summary>Goes on to the next tag; false behind the last.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            while (!_rest.IsEmpty)
            {
                int end = _rest.IndexOf(_separator);
                Current = FieldBytes.TrimBlanks(end < 0 ? _rest : _rest[..end]);
                _rest = end < 0 ? default : _rest[(end + 1)..];
                if (!Current.IsEmpty)
                {
                    return true;
                }
            }

            if (!TryTakeLine())
            {
                return false;
            }
        }
    }

    /// <summary>Whether a field of this name has tags.</summary>
    public static bool IsTagField(ReadOnlySpan<byte> name) => SeparatorOf(name) != 0;

    private bool TryTakeLine()
    {
        while (_next < _fields.Count)
        {
            int index = _next++;
            byte separator = _fields[index].Known == KnownField.Other ? SeparatorOf(_fields.Name(index)) : (byte)0;
            if (separator != 0)
            {
                _separator = separator;
                _rest = _fields.Value(index);
                return true;
            }
        }

        return false;
    }

    private static byte SeparatorOf(ReadOnlySpan<byte> name)
    {
        return Ascii.EqualsIgnoreCase(name, SurrogateKey) ? FieldBytes.Space
            : Ascii.EqualsIgnoreCase(name, CacheTag) ? (byte)','
            : (byte)0;
    }
}
