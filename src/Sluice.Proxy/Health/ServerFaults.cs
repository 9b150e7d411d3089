using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;

namespace Sluice.Proxy.Health;

/// <summary>Which errors say something of the server that a request was sent to. What the client did doesn't, nor what this side has no room for.</summary>
internal static class ServerFaults
{
    private static readonly bool[] Faults = [.. Enum.GetValues<ProxyErrorCode>().Select(IsFault)];

    /// <summary>Whether it is the server's, or that of the way to it.</summary>
    public static bool Contains(ProxyErrorCode error) => Faults[(int)error];

    private static bool IsFault(ProxyErrorCode error) =>

        // The limits of connections are this side's; an upgrade that a server doesn't do is no failure of it; and the time
        // of a whole exchange may have been taken by its client.
        error is not (ProxyErrorCode.None or ProxyErrorCode.QueueFull or ProxyErrorCode.QueueTimeout or ProxyErrorCode.UpgradeIgnored or ProxyErrorCode.WebSocketImpossible
            or ProxyErrorCode.RequestTimeout)
        && ProxyErrors.Get(error) is { Side: ErrorSide.Upstream, Stage: PipelineStage.Forward };
}
