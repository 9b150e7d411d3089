namespace Sluice.Proxy.Plans.Checks;

/// <summary>What has to occur in what a server says.</summary>
/// <param name="Text">The text, compared as UTF-8, or a regular expression that doesn't backtrack.</param>
/// <param name="IsRegex">Whether it is one.</param>
public sealed record ExpectedText(string Text, bool IsRegex = false)
{
    /// <summary>The expression for the whole of a text that has a match of another one anywhere.</summary>
    public static string Anywhere(string regex) => $"(?s:.*?)(?:{regex})(?s:.*)";

    /// <inheritdoc/>
    public override string ToString() => IsRegex ? $"~{Text}" : Text;
}
