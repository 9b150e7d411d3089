using System.Net;
using Sluice.Cli.Commands;
using Sluice.Proxy.Plans;

namespace Sluice.Cli.Output;

/// <summary>What is said at the start, in five lines.</summary>
internal static class Banner
{
    // A machine's configuration may have hundreds.
    private const int AddressesShown = 5;

    /// <summary>Writes it to standard error.</summary>
    /// <param name="origin">Where the configuration came from.</param>
    /// <param name="plan">What is served.</param>
    /// <param name="endPoints">The bound addresses.</param>
    /// <param name="socket">The path of the control socket; null when there is none.</param>
    internal static void Write(string origin, ProxyPlan plan, IReadOnlyList<EndPoint> endPoints, string? socket)
    {
        string addresses = string.Join(", ", endPoints.Take(AddressesShown).Select((endPoint, index) => TextOf(endPoint, plan.Listeners[index])));
        string more = endPoints.Count > AddressesShown ? $" and {endPoints.Count - AddressesShown} more" : "";
        Terminal.Write($"""
            sluice {VersionCommand.Version}
              config     {origin}
              control    {(socket is null ? "off" : "unix:" + socket)}
              listening  {addresses}{more}
              serving    {PlanSummary.Count(plan.Routes.Count, "route")}, {PlanSummary.WriteUpstreams(plan)}

            """);
    }

    private static string TextOf(EndPoint endPoint, ListenerPlan plan) =>
        endPoint is IPEndPoint ? $"{(plan.Tls is null ? "http" : "https")}://{endPoint}" : $"unix:{endPoint}";
}
