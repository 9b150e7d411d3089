using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Sluice.Admin.Reloading;
using Sluice.Config;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice proxy</c>: a reverse proxy without a configuration file.</summary>
internal static class ProxyCommand
{
    internal const string Usage =
        "sluice proxy --from ADDRESS --to URL [--to URL ...] [--balance POLICY] [--workers N] [--access-log stdout|off] [--print-config]";

    private static readonly string[] Policies = ["round_robin", "least_requests", "random_two_choices", "peak_ewma", "first", "client_ip_hash"];

    internal static Command Create()
    {
        var from = new Option<string>("--from")
        {
            Description = "The address to listen on, such as :8080, 127.0.0.1:8080 or unix:/run/sluice.sock.",
            HelpName = "ADDRESS",
            Required = true,
            CustomParser = ParseFrom,
        };
        var to = new Option<IReadOnlyList<ServerAddress>>("--to")
        {
            Description = "A server, such as http://localhost:3000, localhost:3000 or unix:/run/app.sock; may be given several times.",
            HelpName = "URL",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = ParseTo,
        };
        var balance = new Option<string?>("--balance")
        {
            Description = $"How a server is picked: {string.Join(", ", Policies)}.",
            HelpName = "POLICY",
            CustomParser = ParseBalance,
        };
        Option<string?> workers = SharedOptions.Workers();
        Option<string?> accessLog = SharedOptions.AccessLog();
        var print = new Option<bool>("--print-config") { Description = "Print the same as a configuration file, and do no more." };

        var command = new Command("proxy", "Forward to one or more servers, without a configuration file.")
        {
            from, to, balance, workers, accessLog, print,
        };
        command.SetAction(parsed =>
        {
            string text = ProxyConfigText.Write(
                parsed.GetValue(from)!,
                parsed.GetValue(to)!,
                parsed.GetValue(balance),
                SharedOptions.WorkerCountOf(parsed.GetValue(workers)),
                SharedOptions.IsAccessLogOn(parsed.GetValue(accessLog)));
            if (!parsed.GetValue(print))
            {
                return RunCommand.Serve(ConfigSource.Fixed("command line"), ConfigLoader.LoadText(text, "command line"), new LaunchOverrides());
            }

            Console.Out.Write(text);
            return ExitCode.Ok;
        });
        return command;
    }

    private static string? ParseFrom(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!ListenAddress.TryParse(text, out EndPoint? _, out ValueProblem? problem))
        {
            result.AddError($"--from: {problem}");
        }

        return text;
    }

    private static string? ParseBalance(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!Policies.Contains(text))
        {
            string? nearest = NearestWord.Find(text, Policies);
            result.AddError($"--balance is one of {string.Join(", ", Policies)}; not `{text}`{(nearest is null ? "" : $": did you mean `{nearest}`?")}");
        }

        return text;
    }

    private static List<ServerAddress> ParseTo(ArgumentResult result)
    {
        var servers = new List<ServerAddress>();
        foreach (Token token in result.Tokens)
        {
            string text = ServerUrl.IsUrl(token.Value) ? token.Value : "http://" + token.Value;
            if (ServerUrl.TryParse(text, out ServerAddress? address, out ValueProblem? problem))
            {
                servers.Add(address);
            }
            else
            {
                result.AddError($"--to: {problem}");
            }
        }

        return servers;
    }
}
