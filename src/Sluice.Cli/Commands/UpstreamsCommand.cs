using System.CommandLine;
using Sluice.Admin.Api;
using Sluice.Cli.Control;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice upstreams</c>: the servers of a running instance, with what they are doing.</summary>
internal static class UpstreamsCommand
{
    internal const string Usage = "sluice upstreams [--socket PATH] [--json]";

    internal static Command Create() => ControlCommand.Create("upstreams", "Show the servers of a running instance, and what they are doing.", Show);

    private static int Show(ControlClient client, bool isJson)
    {
        IReadOnlyList<UpstreamStatus> upstreams = client.Get("/v1/upstreams", ApiJson.Default.IReadOnlyListUpstreamStatus);
        if (isJson)
        {
            JsonOutput.Write(upstreams, ApiJson.Default.IReadOnlyListUpstreamStatus);
            return ExitCode.Ok;
        }

        var table = new TextTable("UPSTREAM", "SERVER", "WEIGHT", "ACTIVE", "CONNECTIONS", "RESOLVED");
        foreach (UpstreamStatus upstream in upstreams)
        {
            foreach (ServerStatus server in upstream.Servers)
            {
                string resolved = server.Addresses.Count == 0 ? "not yet" : string.Join(' ', server.Addresses);
                table.Add(
                    upstream.Name, server.Address, server.Weight.ToString(), server.ActiveRequests.ToString(), server.Connections.ToString(), resolved);
            }
        }

        table.Write();
        return ExitCode.Ok;
    }
}
