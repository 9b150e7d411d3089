namespace Sluice.Proxy.Plans;

/// <summary>An origin, or a pattern of origins.</summary>
/// <param name="Text">
/// Exact: as browsers write it, such as <c>https://example.com:8443</c>, or <c>null</c>. Wildcard: with <c>*.</c> before the name for every name below it,
/// <c>:*</c> behind it for every port, or both. Regular expression: as a <see cref="Routing.Patterns.TextPattern"/> takes it.
/// </param>
/// <param name="Kind">Which of these it is.</param>
public sealed record CorsOrigin(string Text, CorsOriginKind Kind);
