using System.Net;
using System.Net.Sockets;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Validation;

/// <summary>No two listeners on one address, nor of one name.</summary>
internal static class ListenerChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        var known = new Dictionary<string, ListenerConfig>(StringComparer.Ordinal);
        var names = new Dictionary<string, ListenerConfig>(StringComparer.Ordinal);
        foreach (ListenerConfig listener in config.Listeners)
        {
            if (KeyOf(listener.EndPoint) is { } key && !known.TryAdd(key, listener))
            {
                diagnostics.Add(new Diagnostic(DiagnosticCodes.GivenTwice, $"the address `{listener.Text}` is listened on twice", listener.Location)
                {
                    Related = known[key].Location is { } first ? ($"`{known[key].Text}` stands at", first) : null,
                });
            }

            if (listener.Name is { } name && !names.TryAdd(name, listener))
            {
                diagnostics.Add(new Diagnostic(DiagnosticCodes.GivenTwice, $"two listeners have the name `{name}`", listener.Location)
                {
                    Related = names[name].Location is { } first ? ("the first one stands at", first) : null,
                });
            }
        }
    }

    // [::] takes IPv4 too, so it is the same as 0.0.0.0. Port 0 is another port each time.
    private static string? KeyOf(EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint { Port: 0 } or null => null,
        IPEndPoint ip when ip.Address.Equals(IPAddress.Any) || ip.Address.Equals(IPAddress.IPv6Any) => $"*:{ip.Port}",
        UnixDomainSocketEndPoint unix => "unix:" + unix,
        _ => endPoint.ToString(),
    };
}
