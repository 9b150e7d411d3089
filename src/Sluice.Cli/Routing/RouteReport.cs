using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Config;
using Sluice.Config.Diagnostics;
using Sluice.Http.Addresses;
using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Routing;
using Sluice.Proxy.Routing.Explanation;

namespace Sluice.Cli.Routing;

/// <summary>Writes what becomes of a request, for people or for programs.</summary>
/// <param name="config">The configuration; it has no errors.</param>
/// <param name="request">The request, read.</param>
internal sealed class RouteReport(ConfigResult config, RouteRequest request)
{
    /// <summary>Writes that the request would be refused before any route is looked for.</summary>
    internal string WriteRefusal(bool asJson)
    {
        ViolationInfo info = Violations.Get(request.Violation);
        return asJson
            ? JsonSerializer.Serialize(new { refused = new { status = info.Status, rule = info.Name, text = info.Text, source = info.Source } }, JsonFormat.Indented) + "\n"
            : $"refused with {info.Status} before it is routed: {info.Name}: {info.Text} ({info.Source})\n";
    }

    /// <summary>Writes an explanation as text.</summary>
    internal string WriteText(RouteExplanation explanation, IpAddress client)
    {
        var text = new StringBuilder();
        text.Append($"request  {Text(request.Head.MethodText)} {(request.IsHttps ? "https" : "http")}://{Text(request.Head.Authority)}{Text(request.Head.Path)}");
        text.Append(request.Head.HasQuery ? $"?{Text(request.Head.Query)}" : "").Append($" from {client}\n");
        foreach (string change in Changes())
        {
            text.Append($"         {change}\n");
        }

        text.Append(explanation.Winner is { } winner ? $"route    {Describe(winner)}\n" : "route    none: 404\n");
        if (explanation.Outcomes.Count > 1)
        {
            text.Append($"chance   {string.Join(", ", explanation.Outcomes.Select(ShareOf))}, drawn for each request\n");
        }

        text.Append(explanation.Others.Count > 0 ? "\n" : "");
        foreach (RouteVerdict other in explanation.Others)
        {
            text.Append($"not {Describe(other.Route)}\n    {other.Reason}\n");
        }

        return text.ToString();
    }

    /// <summary>Writes an explanation as JSON.</summary>
    internal string WriteJson(RouteExplanation explanation, IpAddress client) => JsonSerializer.Serialize(
        new
        {
            request = new
            {
                method = Text(request.Head.MethodText),
                scheme = request.IsHttps ? "https" : "http",
                host = Text(request.Head.Host),
                path = Text(request.Head.Path),
                query = request.Head.HasQuery ? Text(request.Head.Query) : null,
                client = client.ToString(),
                changes = Changes(),
            },
            route = explanation.Winner is { } winner ? Row(winner) : null,
            outcomes = explanation.Outcomes.Select(outcome => new { route = outcome.Route?.Plan.Name, percent = outcome.HundredthsOfPercent / 100m }),
            others = explanation.Others.Select(other => new { route = Row(other.Route), reason = other.Reason }),
        },
        JsonFormat.Indented) + "\n";

    private static string ShareOf(RouteOutcome outcome) =>
        string.Create(CultureInfo.InvariantCulture, $"{outcome.HundredthsOfPercent / 100m:0.##} % {outcome.Route?.Plan.Name ?? "none"}");

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static string ActionOf(CompiledRoute route) => route.Plan.Action switch
    {
        ProxyAction proxy => $"proxy {proxy.Target}",
        RespondAction respond => $"respond {respond.Status}",
        FilesAction files => $"files {files.Root}",
        RouteAction other => other.GetType().Name.Replace("Action", "", StringComparison.Ordinal).ToLowerInvariant(),
    };

    // What routes see is not always what was written.
    private List<string> Changes()
    {
        var changes = new List<string>();
        string path = Text(request.Head.Path);
        if (path != request.RawPath)
        {
            changes.Add($"the path {request.RawPath} is matched in its canonical form {path}");
        }

        string host = Text(request.Head.Host);
        if (request.Authority != host && request.Authority != Text(request.Head.Authority))
        {
            changes.Add($"the host {request.Authority} is matched as {host}");
        }

        return changes;
    }

    private string Describe(CompiledRoute route) => $"{route.Plan.Name}{(PlaceOf(route) is { } place ? $" ({place})" : "")}: {ActionOf(route)}";

    private object Row(CompiledRoute route) => new { name = route.Plan.Name, place = PlaceOf(route)?.ToString(), action = ActionOf(route) };

    // Routes of the plan stand in the order of those of the configuration.
    private SourceLocation? PlaceOf(CompiledRoute route)
    {
        int index = config.Plan!.Routes.ToList().FindIndex(plan => ReferenceEquals(plan, route.Plan));
        return index < 0 ? null : config.Config!.Routes[index].Location;
    }
}
