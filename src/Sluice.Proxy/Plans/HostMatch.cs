namespace Sluice.Proxy.Plans;

/// <summary>A host that a route takes, compared with the canonical host of the request (lower case, no port, no trailing dot).</summary>
/// <param name="Name">The lower-case name; for a wildcard the part after <c>*.</c>, without a leading dot.</param>
/// <param name="IsWildcard">Whether any subdomain of <paramref name="Name"/>, of one label or more, is meant (but not the name itself).</param>
public sealed record HostMatch(string Name, bool IsWildcard)
{
    /// <inheritdoc/>
    public override string ToString() => IsWildcard ? "*." + Name : Name;
}
