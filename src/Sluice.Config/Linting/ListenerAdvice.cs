using System.Net;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;

namespace Sluice.Config.Linting;

/// <summary>One client can't take every connection.</summary>
internal static class ListenerAdvice
{
    internal static void Run(SluiceConfig config, DiagnosticBag advice)
    {
        // Once: the limit is the same for all listeners.
        ListenerConfig? open = config.Listeners.FirstOrDefault(listener => listener.EndPoint is IPEndPoint ip && !IPAddress.IsLoopback(ip.Address));
        if (open is not null && config.Limits.ConnectionsPerClientMax == 0)
        {
            advice.Add(
                DiagnosticCodes.NoClientLimit,
                $"one client can take every connection of `{open.Text}`",
                open.Location,
                "set `max_connections_per_client` in `limits`");
        }
    }
}
