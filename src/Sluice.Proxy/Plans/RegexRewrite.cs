namespace Sluice.Proxy.Plans;

/// <summary>A replacement within a path by a regular expression.</summary>
/// <param name="Pattern">The expression, which does not backtrack.</param>
/// <param name="With">What takes the place of the first match, with <c>$1</c> and <c>${name}</c> for its groups.</param>
public sealed record RegexRewrite(string Pattern, string With);
