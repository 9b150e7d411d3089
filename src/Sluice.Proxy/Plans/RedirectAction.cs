using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Plans;

/// <summary>Send the client elsewhere.</summary>
/// <param name="To">
/// A path, or an URL with <c>http</c>, <c>https</c> or <c>{scheme}</c>, whose authority has no variables but <c>{host}</c> and <c>{authority}</c>.
/// </param>
/// <param name="Status">301, 302, 303, 307 or 308.</param>
/// <param name="KeepQuery">Whether the query of the request is put behind it.</param>
public sealed record RedirectAction(Template To, int Status, bool KeepQuery) : RouteAction;
