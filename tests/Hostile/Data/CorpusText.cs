using System.Globalization;
using Sluice.TestKit.Wire;

namespace Sluice.Hostile.Data;

/// <summary>
/// Bytes as the corpus writes them: <c>\r \n \t \0 \\ \{ \xHH</c>, and <c>{text*count}</c> for repetition, which may be nested.
/// </summary>
internal static class CorpusText
{
    internal static byte[] Decode(string text)
    {
        var result = new List<byte>(text.Length);
        for (int at = 0; at < text.Length;)
        {
            if (text[at] == '{')
            {
                at = DecodeRepeat(text, at, result);
            }
            else
            {
                at = DecodeOne(text, at, result);
            }
        }

        return [.. result];
    }

    private static int DecodeRepeat(string text, int at, List<byte> result)
    {
        int close = at + 1;
        for (int depth = 1; depth > 0; close++)
        {
            depth += text[close] == '{' ? 1 : text[close] == '}' ? -1 : 0;
            close += text[close] == '\\' ? 1 : 0;
        }

        close--;

        string inner = text[(at + 1)..close];
        int star = inner.LastIndexOf('*');
        byte[] repeated = Decode(inner[..star]);
        int count = int.Parse(inner.AsSpan(star + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++)
        {
            result.AddRange(repeated);
        }

        return close + 1;
    }

    private static int DecodeOne(string text, int at, List<byte> result)
    {
        if (text[at] != '\\')
        {
            result.AddRange(Bytes.Of(text[at].ToString()));
            return at + 1;
        }

        char escape = text[at + 1];
        if (escape == 'x')
        {
            result.Add(byte.Parse(text.AsSpan(at + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            return at + 4;
        }

        result.Add(escape switch
        {
            'r' => (byte)'\r',
            'n' => (byte)'\n',
            't' => (byte)'\t',
            '0' => 0,
            '\\' or '{' or '}' or ' ' => (byte)escape,
            _ => throw new FormatException($"Unknown escape \\{escape} in: {text}"),
        });
        return at + 2;
    }
}
