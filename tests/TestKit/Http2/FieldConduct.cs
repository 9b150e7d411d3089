using System.Globalization;

namespace Sluice.TestKit.Http2;

/// <summary>What RFC 9113, sections 8.2 and 8.3, asks of field sections.</summary>
internal static class FieldConduct
{
    private const string TokenSymbols = "!#$%&'*+-.^_`|~";

    private static readonly HashSet<string> ConnectionFields = ["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"];
    private static readonly HashSet<string> RequestPseudo = [":method", ":scheme", ":authority", ":path", ":protocol"];

    /// <summary>What is wrong with the section that came last on a stream; null if nothing is.</summary>
    internal static string? Check(StreamRecord stream, bool isResponse)
    {
        IReadOnlyList<KeyValuePair<string, string>> section = stream.Sections[^1];
        bool isTrailer = stream.Sections.Count > 1 && ReferenceEquals(section, stream.Trailers);
        string? deviation = section.Select(CheckField).FirstOrDefault(found => found is not null) ?? CheckPseudo(section, isResponse, isTrailer);
        return deviation ?? CheckEnd(stream, section, isResponse, isTrailer);
    }

    /// <summary>Whether the content is as long as the head said; null if it is, or nothing was said (RFC 9113, section 8.1.1).</summary>
    internal static string? CheckLength(StreamRecord stream)
    {
        bool hasNoContent = stream.Method == "HEAD" || stream[":status"] == "304" || stream["content-length"] is null;
        return hasNoContent || stream["content-length"] == stream.ContentBytes.ToString(CultureInfo.InvariantCulture)
            ? null
            : $"content-length is {stream["content-length"]}, but there are {stream.ContentBytes} bytes of content";
    }

    private static string? CheckField(KeyValuePair<string, string> field)
    {
        string name = field.Key.TrimStart(':');
        bool isName = name.Length > 0 && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || TokenSymbols.Contains(character, StringComparison.Ordinal));
        if (!isName)
        {
            return $"the field name '{field.Key}'";
        }

        if (ConnectionFields.Contains(field.Key) || (field.Key == "te" && field.Value != "trailers"))
        {
            return $"the connection-specific field {field.Key}: {field.Value}";
        }

        bool isValue = !field.Value.Any(character => character is '\r' or '\n' or '\0') && field.Value == field.Value.Trim(' ', '\t');
        return isValue ? null : $"the value of {field.Key}: '{field.Value}'";
    }

    private static string? CheckPseudo(IReadOnlyList<KeyValuePair<string, string>> section, bool isResponse, bool isTrailer)
    {
        string[] pseudo = [.. section.Select(field => field.Key).Where(name => name.StartsWith(':'))];
        bool isFirst = section.Take(pseudo.Length).All(field => field.Key.StartsWith(':'));
        if (!isFirst || pseudo.Distinct().Count() != pseudo.Length)
        {
            return $"pseudo-fields {string.Join(' ', pseudo)}, not first or not once";
        }

        bool isRight = isTrailer
            ? pseudo.Length == 0
            : isResponse
                ? pseudo is [":status"] && section[0].Value.Length == 3 && section[0].Value.All(char.IsAsciiDigit)
                : pseudo.All(RequestPseudo.Contains) && pseudo.Contains(":method");
        return isRight ? null : $"pseudo-fields {string.Join(' ', pseudo)}";
    }

    private static string? CheckEnd(StreamRecord stream, IReadOnlyList<KeyValuePair<string, string>> section, bool isResponse, bool isTrailer)
    {
        bool isInterim = isResponse && !isTrailer && section[0].Value.StartsWith('1');
        if (isTrailer && !stream.HasEnded)
        {
            return "trailers without END_STREAM";
        }

        return isInterim && stream.HasEnded ? "an interim response with END_STREAM" : null;
    }
}
