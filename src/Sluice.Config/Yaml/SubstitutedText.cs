namespace Sluice.Config.Yaml;

/// <summary>A text with placeholders as it stands in a file.</summary>
/// <param name="Written">Without quotes, escapes resolved, placeholders as they are.</param>
/// <param name="IsPlain">Whether it was written without quotes.</param>
internal sealed record SubstitutedText(string Written, bool IsPlain);
