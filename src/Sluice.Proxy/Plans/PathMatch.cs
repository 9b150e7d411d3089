namespace Sluice.Proxy.Plans;

/// <summary>A path that a route takes, compared with the canonical path of the request.</summary>
/// <param name="Path">
/// The path, beginning with a slash. For a prefix it has no trailing slash: <c>/api/*</c> is the prefix <c>/api</c>, and <c>/*</c> the empty one.
/// </param>
/// <param name="IsPrefix">
/// Whether everything below is meant too. A prefix ends at a segment boundary: <c>/api/*</c> takes <c>/api</c> and <c>/api/x</c>, not <c>/apix</c>.
/// </param>
public sealed record PathMatch(string Path, bool IsPrefix)
{
    /// <inheritdoc/>
    public override string ToString() => IsPrefix ? Path + "/*" : Path;
}
