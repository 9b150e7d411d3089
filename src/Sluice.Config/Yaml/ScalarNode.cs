using Sluice.Config.Diagnostics;

namespace Sluice.Config.Yaml;

/// <summary>A text, number, boolean or null.</summary>
internal sealed class ScalarNode(string text, bool isPlain, SourceLocation location) : YamlNode(location)
{
    /// <summary>The text without quotes, escapes resolved, placeholders replaced.</summary>
    internal string Text { get; } = text;

    /// <summary>Whether it was written without quotes, so that it may be a number or boolean; a substituted one always may.</summary>
    internal bool IsPlain { get; } = isPlain;

    /// <summary>What was written, where that has placeholders; null elsewhere. Such a text may be secret.</summary>
    internal SubstitutedText? Substitution { get; init; }

    /// <summary>Whether it has a placeholder that can't be replaced, which was said: there is nothing to read.</summary>
    internal bool IsBroken { get; init; }

    /// <summary>Whether it is a secret, so that it is not shown.</summary>
    internal bool IsSecret { get; private set; }

    /// <summary>Null of the YAML 1.2 core schema (section 10.3.2). A substituted value is a text, so it is null only where it leaves nothing.</summary>
    internal override bool IsNull =>
        Substitution is null
            ? IsPlain && Text is "" or "~" or "null" or "Null" or "NULL"
            : Substitution.IsPlain && Text.Length == 0;

    internal override string Kind =>
        IsNull ? "nothing"
        : !IsPlain || Substitution is not null ? "a text"
        : Text is "true" or "false" ? $"`{Text}`"
        : Text.All(char.IsAsciiDigit) ? "a number"
        : "a text";

    /// <summary>Keeps it out of everything that is shown, whatever comes of reading the rest.</summary>
    internal void Hide()
    {
        IsSecret = true;
        Location.Source.Hide(Location.Offset, Location.Length);
    }
}
