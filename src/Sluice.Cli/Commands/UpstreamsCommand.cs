using System.CommandLine;
using Sluice.Admin.Api;
using Sluice.Cli.Control;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice upstreams</c>: the servers of a running instance, with what they are doing; with <c>--set</c>, changes who gets requests.</summary>
internal static class UpstreamsCommand
{
    internal const string Usage = "sluice upstreams [--set STATE --server URL [--upstream NAME]] [--socket PATH] [--json]";

    internal static Command Create()
    {
        var set = new Option<string?>("--set") { Description = "What a server is to be: ready, drain (only its sessions) or maintenance (no requests).", HelpName = "STATE" };
        set.AcceptOnlyFromAmong("ready", "drain", "maintenance");
        var server = new Option<string?>("--server") { Description = "The server, by its URL as it is shown.", HelpName = "URL" };
        var upstream = new Option<string?>("--upstream") { Description = "Its upstream, where several have it.", HelpName = "NAME" };
        return ControlCommand.Create(
            "upstreams",
            "Show the servers of a running instance, and take them out or back in.",
            (client, isJson, parsed) => parsed.GetValue(set) is { } state
                ? Set(client, isJson, state, parsed.GetValue(server), parsed.GetValue(upstream))
                : Show(client, isJson),
            set,
            server,
            upstream);
    }

    private static int Show(ControlClient client, bool isJson) => Write(client.Get("/v1/upstreams", ApiJson.Default.IReadOnlyListUpstreamStatus), isJson);

    private static int Set(ControlClient client, bool isJson, string state, string? server, string? upstream)
    {
        if (server is null)
        {
            Terminal.Complain("--set needs the server: --server URL");
            return ExitCode.Usage;
        }

        string resource = $"/v1/upstreams/state?state={state}&server={Uri.EscapeDataString(server)}" + (upstream is null ? "" : "&upstream=" + Uri.EscapeDataString(upstream));
        IReadOnlyList<UpstreamStatus> upstreams = client.Post(resource, ApiJson.Default.IReadOnlyListUpstreamStatus);
        if (upstreams.Count == 0)
        {
            Terminal.Complain($"{(upstream is null ? "no upstream" : $"the upstream {upstream}")} has {(upstream is null ? "a" : "no")} server {server}; `sluice upstreams` shows them");
            return ExitCode.Rejected;
        }

        return Write(upstreams, isJson);
    }

    private static int Write(IReadOnlyList<UpstreamStatus> upstreams, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(upstreams, ApiJson.Default.IReadOnlyListUpstreamStatus);
            return ExitCode.Ok;
        }

        var table = new TextTable("UPSTREAM", "SERVER", "WEIGHT", "STATE", "ACTIVE", "CONNECTIONS", "RESOLVED", "REASON");
        foreach (UpstreamStatus upstream in upstreams)
        {
            foreach (ServerStatus server in upstream.Servers)
            {
                string resolved = server.Addresses.Count == 0 ? "not yet" : string.Join(' ', server.Addresses);
                table.Add(
                    upstream.Name,
                    server.Address,
                    server.Weight.ToString(),
                    server.Availability + (server.Tier > 0 ? $", tier {server.Tier}" : ""),
                    server.ActiveRequests.ToString(),
                    server.Connections.ToString(),
                    resolved,
                    server.Reason);
            }
        }

        table.Write();
        foreach (UpstreamStatus upstream in upstreams)
        {
            if (upstream.Circuit is { State: not "closed" } circuit)
            {
                Console.Out.WriteLine($"{upstream.Name}: circuit {circuit.State.Replace('_', ' ')} since {circuit.Since.UtcDateTime:u}: {circuit.Reason}");
            }

            if (upstream.Concurrency is { } concurrency)
            {
                string baseline = concurrency.BaselineMs is { } usual ? $"{usual:0.#} ms" : "not known yet";
                Console.Out.WriteLine(
                    $"{upstream.Name}: {concurrency.InFlight} of {concurrency.Limit} requests at once ({concurrency.Phase}), usual response time {baseline}, {concurrency.TurnedAway} turned away");
            }
        }

        return ExitCode.Ok;
    }
}
