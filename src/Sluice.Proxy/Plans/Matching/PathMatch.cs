namespace Sluice.Proxy.Plans;

/// <summary>A path that a route takes, compared with the canonical path of the request.</summary>
/// <param name="Text">
/// The path, beginning with a slash. For a prefix without the slash at its end: <c>/api/*</c> is the prefix <c>/api</c>, and <c>/*</c> the empty one, which
/// takes every path. For a glob the pattern, where <c>/**</c> at the end stands for everything below; for a regular expression its pattern.
/// </param>
/// <param name="Kind">How the text is meant.</param>
public sealed record PathMatch(string Text, PathMatchKind Kind)
{
    /// <summary>A path, or a path and everything below.</summary>
    public PathMatch(string text, bool IsPrefix)
        : this(text, IsPrefix ? PathMatchKind.Prefix : PathMatchKind.Exact)
    {
    }

    /// <summary>What the configuration says instead of <see cref="Text"/> where a placeholder stands in it, so that the text may be secret; otherwise null.</summary>
    public string? Written { get; init; }

    /// <summary>The path as it may be shown and made names of.</summary>
    public override string ToString() => Written ?? Kind switch
    {
        PathMatchKind.Prefix => Text + "/*",
        PathMatchKind.Regex => "~" + Text,
        _ => Text,
    };
}
