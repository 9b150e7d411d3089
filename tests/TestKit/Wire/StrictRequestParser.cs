using System.Buffers;
using System.Globalization;

namespace Sluice.TestKit.Wire;

/// <summary>
/// Reads requests as the strictest server would, written from RFC 9112 for the tests alone: what a proxy sends must be canonical, so that
/// every server behind it reads the same. CRLF only, one space in the request line, token names, no controls, no folded lines, one framing
/// field, no chunk extensions.
/// </summary>
public static class StrictRequestParser
{
    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7F).Select(value => (char)value).Where(value => value != '\t')]);

    private const string TokenSymbols = "!#$%&'*+-.^_`|~";

    /// <summary>Reads the request that begins at the first byte.</summary>
    public static StrictOutcome Parse(ReadOnlySpan<byte> bytes)
    {
        int headEnd = bytes.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return StrictOutcome.Incomplete;
        }

        string head = Bytes.Text(bytes[..headEnd]);
        string[] lines = head.Split("\r\n");
        string? deviation = CheckCharacters(head) ?? CheckRequestLine(lines[0]) ?? CheckFieldLines(lines.AsSpan(1));
        if (deviation is not null)
        {
            return StrictOutcome.Deviates(deviation);
        }

        KeyValuePair<string, string>[] fields = [.. lines[1..].Select(HeadText.SplitField)];
        var request = new HttpRequest { StartLine = lines[0], Fields = fields };
        deviation = CheckFields(request);
        return deviation is null ? ParseContent(request, bytes, headEnd + 4) : StrictOutcome.Deviates(deviation);
    }

    private static string? CheckCharacters(string head)
    {
        string withoutLineEnds = head.Replace("\r\n", "", StringComparison.Ordinal);
        int bad = withoutLineEnds.AsSpan().IndexOfAny(Controls);
        return bad < 0 ? null : $"control character 0x{(int)withoutLineEnds[bad]:X2} in the head";
    }

    private static string? CheckRequestLine(string line)
    {
        if (line.Split(' ') is not [string method, string target, "HTTP/1.1"])
        {
            return $"request line: {line}";
        }

        if (!IsToken(method))
        {
            return $"method: {method}";
        }

        bool isForm = target.StartsWith('/') || (target == "*" && method == "OPTIONS");
        return isForm && target.All(character => character is > ' ' and < '\x7F' and not '#') ? null : $"target: {target}";
    }

    private static string? CheckFieldLines(ReadOnlySpan<string> lines)
    {
        foreach (string line in lines)
        {
            string? deviation = CheckFieldLine(line);
            if (deviation is not null)
            {
                return deviation;
            }
        }

        return null;
    }

    private static string? CheckFieldLine(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !IsToken(line[..colon]))
        {
            return $"field name: {line}";
        }

        if (line[..colon].Contains('_', StringComparison.Ordinal))
        {
            return $"field name with an underscore: {line}";
        }

        string value = line[(colon + 1)..];
        bool isPadded = value.StartsWith(' ') && value.Trim(' ', '\t') == value[1..];
        return value.Length == 0 || isPadded ? null : $"blanks around a value: {line}";
    }

    private static string? CheckFields(HttpRequest request)
    {
        IReadOnlyList<string> hosts = request.All("Host");
        IReadOnlyList<string> lengths = request.All("Content-Length");
        IReadOnlyList<string> codings = request.All("Transfer-Encoding");
        if (hosts.Count != 1 || hosts[0].Length == 0)
        {
            return $"{hosts.Count} Host fields, [{string.Join("] [", hosts)}]";
        }

        if (lengths.Count + codings.Count > 1)
        {
            return $"{lengths.Count} Content-Length and {codings.Count} Transfer-Encoding";
        }

        if (codings.Count == 1 && codings[0] != "chunked")
        {
            return $"Transfer-Encoding: {codings[0]}";
        }

        return lengths.Count == 0 || IsLength(lengths[0]) ? null : $"Content-Length: {lengths[0]}";
    }

    private static StrictOutcome ParseContent(HttpRequest request, ReadOnlySpan<byte> bytes, int start)
    {
        if (request.IsChunked)
        {
            return ParseChunks(request, bytes, start);
        }

        int length = request["Content-Length"] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        return bytes.Length - start < length
            ? StrictOutcome.Incomplete
            : StrictOutcome.Complete(request with { Content = bytes.Slice(start, length).ToArray() }, start + length);
    }

    private static StrictOutcome ParseChunks(HttpRequest request, ReadOnlySpan<byte> bytes, int at)
    {
        using var content = new MemoryStream();
        while (true)
        {
            int lineLength = bytes[at..].IndexOf("\r\n"u8);
            if (lineLength < 0)
            {
                return StrictOutcome.Incomplete;
            }

            string size = Bytes.Text(bytes.Slice(at, lineLength));
            if (size.Length is 0 or > 7 || !size.All(char.IsAsciiHexDigit))
            {
                return StrictOutcome.Deviates($"chunk size line: {size}");
            }

            at += lineLength + 2;
            int count = int.Parse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (count == 0)
            {
                return ParseTrailers(request with { Content = content.ToArray() }, bytes, at);
            }

            if (bytes.Length - at < count + 2)
            {
                return StrictOutcome.Incomplete;
            }

            content.Write(bytes.Slice(at, count));
            if (!bytes.Slice(at + count, 2).SequenceEqual("\r\n"u8))
            {
                return StrictOutcome.Deviates("chunk data without CRLF behind it");
            }

            at += count + 2;
        }
    }

    private static StrictOutcome ParseTrailers(HttpRequest request, ReadOnlySpan<byte> bytes, int at)
    {
        var trailers = new List<KeyValuePair<string, string>>();
        while (true)
        {
            int length = bytes[at..].IndexOf("\r\n"u8);
            if (length < 0)
            {
                return StrictOutcome.Incomplete;
            }

            string line = Bytes.Text(bytes.Slice(at, length));
            at += length + 2;
            if (length == 0)
            {
                return StrictOutcome.Complete(request with { Trailers = trailers }, at);
            }

            string? deviation = CheckCharacters(line) ?? CheckFieldLine(line);
            if (deviation is not null)
            {
                return StrictOutcome.Deviates($"trailer: {deviation}");
            }

            trailers.Add(HeadText.SplitField(line));
        }
    }

    private static bool IsToken(string text) => text.Length > 0 && text.All(IsTokenCharacter);

    private static bool IsTokenCharacter(char character) =>
        char.IsAsciiLetterOrDigit(character) || TokenSymbols.Contains(character, StringComparison.Ordinal);

    private static bool IsLength(string text) =>
        text.Length is > 0 and <= 9 && text.All(char.IsAsciiDigit) && (text == "0" || text[0] != '0');
}
