using System.Globalization;
using System.Text;

namespace Sluice.TestKit.Wire;

/// <summary>Text as bytes and back, one character for each byte, and a form of bytes that people can read.</summary>
public static class Bytes
{
    /// <summary>The bytes of a text whose characters are all below U+0100.</summary>
    public static byte[] Of(string text)
    {
        if (text.Any(character => character > 0xFF))
        {
            throw new ArgumentException("A script's text has one character for each byte, so none above U+00FF.", nameof(text));
        }

        return Encoding.Latin1.GetBytes(text);
    }

    /// <summary>The text with one character for each byte.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>
    /// The bytes with escapes for everything that isn't visible ASCII, and a line break after each <c>\n</c>; the middle of long ones is
    /// left out.
    /// </summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="indent">What goes before each line but the first.</param>
    /// <param name="max">How many bytes are shown at most.</param>
    public static string Show(ReadOnlySpan<byte> bytes, string indent = "", int max = 1_200)
    {
        var text = new StringBuilder();
        if (bytes.Length <= max)
        {
            AppendShown(text, bytes, indent);
            return text.ToString();
        }

        int tail = max / 4;
        AppendShown(text, bytes[..(max - tail)], indent);
        text.Append(CultureInfo.InvariantCulture, $"⟨… {bytes.Length - max} bytes …⟩");
        AppendShown(text, bytes[^tail..], indent);
        return text.ToString();
    }

    private static void AppendShown(StringBuilder text, ReadOnlySpan<byte> bytes, string indent)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            text.Append(bytes[i] switch
            {
                (byte)'\r' => "\\r",
                (byte)'\n' => "\\n",
                (byte)'\t' => "\\t",
                (byte)'\\' => "\\\\",
                >= 0x20 and < 0x7F => ((char)bytes[i]).ToString(),
                _ => "\\x" + bytes[i].ToString("X2", CultureInfo.InvariantCulture),
            });
            if (bytes[i] == '\n' && i + 1 < bytes.Length)
            {
                text.Append('\n').Append(indent);
            }
        }
    }
}
