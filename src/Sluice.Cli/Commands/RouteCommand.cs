using System.CommandLine;
using System.CommandLine.Parsing;
using Sluice.Cli.Output;
using Sluice.Cli.Routing;
using Sluice.Config;
using Sluice.Config.Compilation;
using Sluice.Http.Addresses;
using Sluice.Http.Forwarded;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Routing.Explanation;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice route</c>: says which route of a configuration takes a request, and why the others don't. Sends nothing.</summary>
internal static class RouteCommand
{
    internal const string Usage = "sluice route URL [-c FILE] [-H 'NAME: VALUE']... [-X METHOD] [--client ADDRESS] [--listener NAME] [--json]";

    private const string DefaultClient = "127.0.0.1";

    internal static Command Create()
    {
        var url = new Argument<string>("URL") { Description = "Such as https://shop.example.com/api/x?debug=1.", CustomParser = ParseUrl };
        Option<string?> file = ConfigPath.Option();
        var headers = new Option<IReadOnlyList<string>>("--header", "-H")
        {
            Description = "A header of the request; may be given several times.",
            HelpName = "'NAME: VALUE'",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = ParseHeaders,
            DefaultValueFactory = _ => [],
        };
        var method = new Option<string>("--method", "-X") { Description = "The method; GET if not given.", HelpName = "METHOD", DefaultValueFactory = _ => "GET" };
        var client = new Option<string>("--client")
        {
            Description = $"Who opens the connection; {DefaultClient} if not given.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => DefaultClient,
            CustomParser = ParseClient,
        };
        var listener = new Option<string?>("--listener") { Description = "The listener by name or address; the first if not given.", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var command = new Command("route", "Say which route takes a request and why the others don't: 0 when one does, 1 when none does.")
        {
            url, file, headers, method, client, listener, json,
        };
        command.SetAction(parsed =>
        {
            if (ConfigPath.Find(parsed.GetValue(file)) is not { } path)
            {
                return ExitCode.CouldNotStart;
            }

            ConfigResult config = ConfigLoader.Load(path);
            Terminal.WriteFindings(config.Diagnostics);
            if (config.HasErrors || ListenerOf(config, parsed.GetValue(listener)) is not { } index)
            {
                return ExitCode.CouldNotStart;
            }

            RouteRequest request = RouteRequest.TryParse(parsed.GetRequiredValue(url))!;
            request.Read(parsed.GetValue(method)!, parsed.GetValue(headers)!, config.Plan!.Limits);
            return Explain(config, request, parsed.GetValue(client)!, index, parsed.GetValue(json));
        });
        return command;
    }

    private static int Explain(ConfigResult config, RouteRequest request, string peer, int listener, bool asJson)
    {
        var report = new RouteReport(config, request);
        if (request.Violation != Violation.None)
        {
            Console.Out.Write(report.WriteRefusal(asJson));
            return ExitCode.CouldNotStart;
        }

        ProxyPlan plan = config.Plan!;
        IpAddress client = IpAddress.TryParse(peer, out IpAddress address) ? address : default;
        if (plan.Forwarded.TrustedProxies.Count > 0)
        {
            client = ForwardedFor.Find(request.Head.Fields, client, plan.Forwarded.TrustedProxies).Client;
        }

        var table = new RouteTable(plan.Routes.Select(route => new CompiledRoute(route, plan.Limits, new RouteState(workers: 1), upstreams: null)));
        var input = new RouteInput
        {
            Request = request.Head,
            ClientAddress = client,
            IsHttps = request.IsHttps,
            Sni = request.ServerName,
            Listener = plan.Listeners[listener],
        };
        RouteExplanation explanation = new RouteExplainer(table).Explain(input);
        Console.Out.Write(asJson ? report.WriteJson(explanation, client) : report.WriteText(explanation, client));
        return explanation.Winner is null ? ExitCode.CouldNotStart : ExitCode.Ok;
    }

    private static int? ListenerOf(ConfigResult config, string? name)
    {
        int index = name is null ? 0 : ListenerNames.IndexOf(config.Config!.Listeners, name);
        if (index < 0)
        {
            Terminal.Complain($"there is no listener `{name}`; there are {string.Join(", ", config.Config!.Listeners.Select(one => one.Name ?? one.Text))}");
        }

        return index < 0 ? null : index;
    }

    private static string ParseUrl(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (RouteRequest.TryParse(text) is null)
        {
            string hint = text.Contains("://", StringComparison.Ordinal) ? "only http:// and https:// are known" : $"with a scheme: http://{text}";
            result.AddError($"`{text}` is not a URL ({hint})");
        }

        return text;
    }

    private static List<string> ParseHeaders(ArgumentResult result)
    {
        foreach (string text in result.Tokens.Select(token => token.Value))
        {
            if (text.IndexOf(':', StringComparison.Ordinal) <= 0 || text.AsSpan().ContainsAny('\r', '\n'))
            {
                result.AddError($"-H is a name and a value with a colon between them, not `{text}`");
            }
        }

        return [.. result.Tokens.Select(token => token.Value)];
    }

    private static string ParseClient(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!IpAddress.TryParse(text, out _))
        {
            result.AddError($"--client is an IP address; not `{text}`");
        }

        return text;
    }
}
