using Sluice.Proxy;
using Sluice.Proxy.Health;
using Sluice.Proxy.Upstreams;

namespace Sluice.Admin.Api;

/// <summary>What an operator wants of servers, as the control API takes it.</summary>
internal static class ServerStates
{
    /// <summary>The words.</summary>
    internal static IReadOnlyList<string> Words { get; } = ["ready", "drain", "maintenance"];

    /// <summary>Sets the state of a server, in one upstream or in all that have it.</summary>
    /// <param name="server">The instance.</param>
    /// <param name="address">The server's URL.</param>
    /// <param name="upstream">The upstream; null for all.</param>
    /// <param name="word">One of <see cref="Words"/>.</param>
    /// <returns>The states that were set; empty when there is no such server.</returns>
    internal static IReadOnlyList<ServerState> Set(SluiceServer server, string address, string? upstream, string word)
    {
        AdministrativeState state = word switch
        {
            "drain" => AdministrativeState.Drain,
            "maintenance" => AdministrativeState.Maintenance,
            _ => AdministrativeState.Ready,
        };
        List<ServerState> found = [.. server.Servers.Where(known => known.Name == address && (upstream is null || known.UpstreamName == upstream))];
        found.ForEach(known => known.Health.Set(state, $"set to `{word}` by the operator"));
        return found;
    }
}
