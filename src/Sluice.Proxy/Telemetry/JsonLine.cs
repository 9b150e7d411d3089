using System.Buffers;
using System.Buffers.Text;

namespace Sluice.Proxy.Telemetry;

/// <summary>Writes one flat JSON object into a span, without allocation. What a peer sent is escaped, so that no line can be forged.</summary>
internal ref struct JsonLine
{
    // Everything that may stand in a JSON string as it is: printable ASCII without the quote and the backslash.
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5F).Select(value => (byte)value).Where(value => value is not ((byte)'"' or (byte)'\\'))]);

    private readonly Span<byte> _space;

    public JsonLine(Span<byte> space) => _space = space;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Writes bytes as they are.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_space[Length..]);
        Length += bytes.Length;
    }

    /// <summary>Writes a number.</summary>
    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _space[Length..], out int written);
        Length += written;
    }

    /// <summary>Writes microseconds as milliseconds with three digits behind the point.</summary>
    public void Milliseconds(long microseconds)
    {
        Number(microseconds / 1000);
        Raw("."u8);
        Digits((int)(microseconds % 1000));
    }

    /// <summary>Writes a number below 1,000 with three digits.</summary>
    public void Digits(int value)
    {
        _space[Length++] = (byte)('0' + (value / 100));
        _space[Length++] = (byte)('0' + (value / 10 % 10));
        _space[Length++] = (byte)('0' + (value % 10));
    }

    /// <summary>Writes the content of a string, escaped, of at most <paramref name="bytesMax"/> bytes of input.</summary>
    public void Text(scoped ReadOnlySpan<byte> text, int bytesMax)
    {
        if (text.Length > bytesMax)
        {
            text = text[..bytesMax];
        }

        while (!text.IsEmpty)
        {
            int plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                Raw(text);
                return;
            }

            Raw(text[..plain]);
            text = text[plain..];
            text = text[Escape(text)..];
        }
    }

    // Writes one character that is not plain, and returns how many bytes of input it was.
    private int Escape(scoped ReadOnlySpan<byte> text)
    {
        byte first = text[0];
        if (first is (byte)'"' or (byte)'\\')
        {
            _space[Length++] = (byte)'\\';
            _space[Length++] = first;
            return 1;
        }

        // Valid UTF-8 goes out as it is; anything else is shown by its code.
        if (first >= 0x80 && System.Text.Rune.DecodeFromUtf8(text, out System.Text.Rune rune, out int length) == OperationStatus.Done && rune.Value >= 0xA0)
        {
            Raw(text[..length]);
            return length;
        }

        Raw("\\u00"u8);
        _space[Length++] = Hex(first >> 4);
        _space[Length++] = Hex(first & 15);
        return 1;
    }

    private static byte Hex(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
