using Sluice.Config.Diagnostics;

namespace Sluice.Config.Yaml;

/// <summary>A text, number, boolean or null.</summary>
internal sealed class ScalarNode(string text, bool isPlain, SourceLocation location) : YamlNode(location)
{
    /// <summary>The text without quotes, escapes resolved.</summary>
    internal string Text { get; } = text;

    /// <summary>Whether it was written without quotes, so that it may be a number or boolean.</summary>
    internal bool IsPlain { get; } = isPlain;

    /// <summary>Null of the YAML 1.2 core schema (section 10.3.2).</summary>
    internal override bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    internal override string Kind =>
        IsNull ? "nothing"
        : !IsPlain ? "a text"
        : Text is "true" or "false" ? $"`{Text}`"
        : Text.All(char.IsAsciiDigit) ? "a number"
        : "a text";
}
