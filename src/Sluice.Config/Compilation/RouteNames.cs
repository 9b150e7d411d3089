using Sluice.Config.Model;

namespace Sluice.Config.Compilation;

/// <summary>Names for routes that have none: made from the match, so that they stay when other routes come and go.</summary>
internal sealed class RouteNames
{
    private readonly HashSet<string> _taken;

    internal RouteNames(IReadOnlyList<RouteConfig> routes)
    {
        _taken = [.. routes.Select(route => route.Name).OfType<string>()];
    }

    /// <summary>The name of a route; to be called once for each, in their order.</summary>
    internal string NameOf(RouteConfig route)
    {
        if (route.Name is not null)
        {
            return route.Name;
        }

        string host = route.Match.Hosts.Count > 0 ? route.Match.Hosts[0].ToString() : "";
        string path = route.Match.Paths.Count > 0 ? route.Match.Paths[0].ToString() : "/*";
        string name = host + path;
        for (int number = 2; !_taken.Add(name); number++)
        {
            name = $"{host}{path}#{number}";
        }

        return name;
    }
}
