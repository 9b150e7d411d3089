namespace Sluice.Config.Diagnostics;

/// <summary>
/// Keeps values that were put in the place of placeholders out of findings. Whoever makes a finding quotes what is wrong and need not know
/// where it came from. Not safe for several threads.
/// </summary>
internal sealed class SecretTexts
{
    // Shorter ones are found in many innocent words; as whole quotations they are replaced, too.
    private const int LettersMin = 4;

    // A part of a value may be quoted in another form (a URL without its path); as much in common gives it away.
    private const int SharedLettersMin = 8;

    // In a hint right beside a secret value, so much of it is too much.
    private const int HintLettersMin = 3;

    // A value of many lines is no title.
    private const int WrittenCharsMax = 60;

    private readonly List<(SourceLocation Place, string Written, IReadOnlyList<string> Values)> _places = [];
    private readonly Dictionary<string, string> _writtenByValue = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a value of a file.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="written">The text as written, with placeholders.</param>
    /// <param name="values">What was put in.</param>
    internal void Add(SourceLocation place, string written, IReadOnlyList<string> values)
    {
        string shown = written.Length > WrittenCharsMax ? written[..WrittenCharsMax] + "..." : written;
        _places.Add((place, shown, values));
        foreach (string value in values.Select(value => value.Trim()).Where(value => value.Length > 0))
        {
            _writtenByValue.TryAdd(value, shown);
        }
    }

    /// <summary>The finding without what is secret.</summary>
    internal Diagnostic Mask(Diagnostic diagnostic)
    {
        if (_places.Count == 0)
        {
            return diagnostic;
        }

        string literal = TextAt(diagnostic.Location);
        foreach ((SourceLocation place, string written, IReadOnlyList<string> values) in _places)
        {
            if (diagnostic.Location is { } at && IsWithin(at, place))
            {
                // Whatever the message quotes may be a part of the value in any form, so only its kind is told.
                string? hint = diagnostic.Hint is null || Shares(diagnostic.Hint, values) ? null : diagnostic.Hint;
                return Mask(diagnostic with { Message = $"{diagnostic.Code.Title}: the value of `{written}`", Hint = hint }, literal);
            }
        }

        return Mask(diagnostic with { Message = MaskText(diagnostic.Message, literal) }, literal);
    }

    private Diagnostic Mask(Diagnostic diagnostic, string literal) => diagnostic with
    {
        Hint = diagnostic.Hint is null ? null : MaskText(diagnostic.Hint, literal),
        ValidHere = [.. diagnostic.ValidHere.Select(MaskQuoted)],
        Related = diagnostic.Related is { } related ? (MaskText(related.Text, TextAt(related.Location)), related.Location) : null,
    };

    private static bool IsWithin(SourceLocation inner, SourceLocation outer) =>
        inner.Source == outer.Source && inner.Offset >= outer.Offset && inner.Offset < outer.Offset + Math.Max(1, outer.Length);

    // What is missing at the end of a text is marked behind it.
    private static string TextAt(SourceLocation? place) =>
        place is null ? "" : place.Source.Text.Substring(place.Offset, Math.Min(place.Length, place.Source.Text.Length - place.Offset));

    // Every second part stands between backticks. What the file itself says at the place is shown beside the message anyhow.
    private string MaskText(string text, string literal)
    {
        string[] parts = text.Split('`');
        for (int i = 0; i < parts.Length; i++)
        {
            bool isQuoted = i % 2 == 1;
            parts[i] = !isQuoted ? MaskUnquoted(parts[i]) : literal.Contains(parts[i], StringComparison.Ordinal) ? parts[i] : MaskQuoted(parts[i]);
        }

        return string.Join('`', parts);
    }

    private string MaskUnquoted(string text)
    {
        foreach ((string value, string written) in _writtenByValue)
        {
            text = value.Length >= LettersMin ? text.Replace(value, written, StringComparison.OrdinalIgnoreCase) : text;
        }

        return text;
    }

    private string MaskQuoted(string text)
    {
        foreach ((string value, string written) in _writtenByValue)
        {
            bool isSecret = text.Equals(value, StringComparison.OrdinalIgnoreCase)
                || (value.Length >= LettersMin && text.Contains(value, StringComparison.OrdinalIgnoreCase))
                || SharesLetters(text, value, SharedLettersMin);
            if (isSecret)
            {
                return written;
            }
        }

        return text;
    }

    private static bool Shares(string hint, IReadOnlyList<string> values) =>
        values.Any(value => SharesLetters(hint, value, Math.Min(HintLettersMin, value.Length)));

    // Whether so many characters in a row, none of them a blank or a backtick, are in both.
    private static bool SharesLetters(string text, string value, int count)
    {
        for (int i = 0; count > 0 && i + count <= text.Length; i++)
        {
            ReadOnlySpan<char> window = text.AsSpan(i, count);
            if (!window.ContainsAny(' ', '`') && value.AsSpan().Contains(window, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
