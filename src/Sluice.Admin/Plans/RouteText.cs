using Sluice.Proxy.Plans;

namespace Sluice.Admin.Plans;

/// <summary>A route in a few words, for tables.</summary>
internal static class RouteText
{
    /// <summary>Such as <c>shop.example.com /api/*</c>; <c>*</c> takes every request.</summary>
    internal static string MatchOf(RoutePlan route)
    {
        string[] parts = [string.Join(',', route.Hosts.Select(host => host.ToString())), string.Join(',', route.Paths.Select(path => path.ToString()))];
        string text = string.Join(' ', parts.Where(part => part.Length > 0));

        // What a header or cookie has to be can be a secret.
        string more = route.Condition is null ? "" : " (and conditions)";
        return (text.Length == 0 ? "*" : text) + more;
    }

    /// <summary>Such as <c>proxy api</c> or <c>respond 200</c>.</summary>
    internal static string ActionOf(RouteAction action) => action switch
    {
        ProxyAction proxy => $"proxy {proxy.Target}",
        RedirectAction redirect => $"redirect {redirect.Status}",
        RespondAction respond => $"respond {respond.Status}",
        FilesAction files => $"files {files.Root}",
        _ => PlanWords.SnakeCase(action.GetType().Name.Replace("Action", "", StringComparison.Ordinal)),
    };
}
