namespace Sluice.Proxy.Plans;

/// <summary>A host that a route takes, compared with the canonical host of the request (lower case, no port, no trailing dot).</summary>
/// <param name="Text">The lower-case name; for a wildcard the part behind <c>*.</c>; for a regular expression its pattern.</param>
/// <param name="Kind">How the text is meant.</param>
public sealed record HostMatch(string Text, HostMatchKind Kind)
{
    /// <summary>A host, or every name below it.</summary>
    public HostMatch(string text, bool IsWildcard)
        : this(text, IsWildcard ? HostMatchKind.Wildcard : HostMatchKind.Exact)
    {
    }

    /// <summary>What the configuration says instead of <see cref="Text"/> where a placeholder stands in it, so that the text may be secret; otherwise null.</summary>
    public string? Written { get; init; }

    /// <summary>The host as it may be shown and made names of.</summary>
    public override string ToString() => Written ?? Kind switch
    {
        HostMatchKind.Wildcard => "*." + Text,
        HostMatchKind.Regex => "~" + Text,
        _ => Text,
    };
}
