namespace Sluice.Config.Model;

/// <summary>A replacement within paths by a regular expression.</summary>
public sealed record RegexRewriteConfig
{
    /// <summary>The expression.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>What takes the place of each match.</summary>
    public string With { get; init; } = "";
}
