using System.CommandLine;
using Sluice.Admin.Api;
using Sluice.Cli.Control;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice routes</c>: the routes of a running instance, with how many requests each took.</summary>
internal static class RoutesCommand
{
    internal const string Usage = "sluice routes [--socket PATH] [--json]";

    internal static Command Create() => ControlCommand.Create("routes", "Show the routes of a running instance, and how many requests each took.", Show);

    private static int Show(ControlClient client, bool isJson)
    {
        IReadOnlyList<RouteStatus> routes = client.Get("/v1/routes", ApiJson.Default.IReadOnlyListRouteStatus);
        if (isJson)
        {
            JsonOutput.Write(routes, ApiJson.Default.IReadOnlyListRouteStatus);
            return ExitCode.Ok;
        }

        var table = new TextTable("NAME", "MATCH", "ACTION", "REQUESTS");
        foreach (RouteStatus route in routes)
        {
            table.Add(route.Name, route.Match, route.Action, route.Requests.ToString());
        }

        table.Write();
        return ExitCode.Ok;
    }
}
