using Sluice.Certificates.Keeping;
using Sluice.Config.Compilation;
using Sluice.Config.Model;
using Sluice.Config.Model.Automation;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Automation;

/// <summary>Finds the names that certificates are to be obtained for: the hosts of the routes that automatic listeners can serve, and those listed.</summary>
internal sealed class WantedNames
{
    private readonly List<WantedName> _names = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private WantedNames()
    {
    }

    /// <summary>Routes with expressions for hosts, of which nobody can know the names.</summary>
    internal List<RouteConfig> Unknowable { get; } = [];

    /// <summary>The names, each once.</summary>
    internal IReadOnlyList<WantedName> All => _names;

    /// <summary>Finds them.</summary>
    internal static WantedNames Find(SluiceConfig config)
    {
        var wanted = new WantedNames();
        for (int index = 0; index < config.Listeners.Count; index++)
        {
            ListenerConfig listener = config.Listeners[index];
            if (listener.Tls is not { IsAutomatic: true } tls)
            {
                continue;
            }

            HashSet<string> covered = [.. tls.Certificates.SelectMany(certificate => certificate.Plans).SelectMany(plan => plan.Names)];
            foreach (RouteConfig route in config.Routes.Where(route => CanServe(config.Listeners, index, route.Match)))
            {
                wanted.Add(route, covered);
            }
        }

        foreach (CertificateNameConfig name in config.Listeners.Any(IsAutomatic) ? config.Certificates.Names : [])
        {
            wanted.Add(name.Host, name.Location);
        }

        wanted.DropCovered(ChallengeChoice.Of(config).Contains(ChallengeKind.Dns01));
        return wanted;
    }

    /// <summary>Whether certificates are obtained for a listener.</summary>
    internal static bool IsAutomatic(ListenerConfig listener) => listener.Tls is { IsAutomatic: true };

    // What the route says besides (headers, addresses) doesn't depend on the listener.
    private static bool CanServe(IReadOnlyList<ListenerConfig> listeners, int index, MatchConfig match) =>
        match.IsHttps != false
        && (match.Listeners.Count == 0 || match.Listeners.Any(use => ListenerNames.IndexOf(listeners, use.Text) == index))
        && match.All.All(inner => CanServe(listeners, index, inner));

    private static IEnumerable<HostMatch> HostsOf(MatchConfig match) => match.Hosts.Concat(match.All.SelectMany(HostsOf));

    private void Add(RouteConfig route, HashSet<string> covered)
    {
        foreach (HostMatch host in HostsOf(route.Match))
        {
            if (host.Kind == HostMatchKind.Regex)
            {
                Unknowable.Add(route);
            }
            else if (!IsCovered(NameOf(host), covered))
            {
                Add(host, route.Match.Location ?? route.Location);
            }
        }
    }

    private void Add(HostMatch host, Diagnostics.SourceLocation? place)
    {
        string name = NameOf(host);
        if (_known.Add(name))
        {
            _names.Add(new WantedName(name, PublicNames.KindOf(host.Text), place));
        }
    }

    // Only by wildcards that there will be.
    private void DropCovered(bool canProveWildcards)
    {
        HashSet<string> wildcards = [.. _names.Where(name => name.IsWildcard && (canProveWildcards || name.Kind == NameKind.Local)).Select(name => name.Text)];
        _names.RemoveAll(name => !name.IsWildcard && IsCovered(name.Text, wildcards));
    }

    // A wildcard covers one label (RFC 9525, section 6.3).
    private static bool IsCovered(string name, HashSet<string> covered)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return covered.Contains(name) || (dot > 0 && covered.Contains(string.Concat("*", name.AsSpan(dot))));
    }

    private static string NameOf(HostMatch host) => host.Kind == HostMatchKind.Wildcard ? "*." + host.Text : host.Text.Trim('[', ']');
}
