using System.CommandLine;
using System.CommandLine.Parsing;
using Sluice.Admin.Api;
using Sluice.Cli.Control;
using Sluice.Cli.Output;
using Sluice.Proxy.Caching;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice cache purge</c>: removes responses from the cache of a running instance.</summary>
internal static class CachePurgeCommand
{
    internal const string Usage = "sluice cache purge URL|--prefix URL|--host HOST|--tag TAG|--all [--soft] [--socket PATH] [--json]";

    internal static Command Create()
    {
        var url = new Argument<string?>("URL") { Description = "What is stored for it, in all variants.", Arity = ArgumentArity.ZeroOrOne };
        var prefix = new Option<string?>("--prefix") { Description = "What is stored for URLs that begin so.", HelpName = "URL" };
        var host = new Option<string?>("--host") { Description = "What is stored for a host.", HelpName = "HOST" };
        var tag = new Option<string?>("--tag") { Description = "What servers gave a tag, in Surrogate-Key or Cache-Tag.", HelpName = "TAG" };
        var all = new Option<bool>("--all") { Description = "Everything." };
        var soft = new Option<bool>("--soft") { Description = "Don't remove it, make it stale." };

        IReadOnlyList<(string Key, CachePurgeKind Kind, string Text)> TargetsOf(SymbolResult result)
        {
            (string, CachePurgeKind, string?)[] known =
            [
                ("url", CachePurgeKind.Url, result.GetValue(url)), ("prefix", CachePurgeKind.Prefix, result.GetValue(prefix)),
                ("host", CachePurgeKind.Host, result.GetValue(host)), ("tag", CachePurgeKind.Tag, result.GetValue(tag)),
                ("all", CachePurgeKind.All, result.GetValue(all) ? "" : null),
            ];
            return [.. known.Where(target => target.Item3 is not null).Select(target => (target.Item1, target.Item2, target.Item3!))];
        }

        Command command = ControlCommand.Create(
            "purge",
            "Remove responses from the cache of a running instance.",
            (client, isJson, parsed) => Purge(client, isJson, TargetsOf(parsed.CommandResult)[0], parsed.GetValue(soft)),
            prefix,
            host,
            tag,
            all,
            soft);
        command.Arguments.Add(url);
        command.Validators.Add(result => Check(result, TargetsOf(result)));
        return command;
    }

    // Before an instance is looked for: what is written wrong is wrong for every one.
    private static void Check(CommandResult result, IReadOnlyList<(string Key, CachePurgeKind Kind, string Text)> targets)
    {
        if (targets.Count != 1)
        {
            result.AddError($"{(targets.Count == 0 ? "what is to be removed?" : "one at a time:")} an URL, --prefix, --host, --tag or --all");
        }
        else if (!PurgeText.TryRead(targets[0].Kind, targets[0].Text, isSoft: false, out _, out string? problem))
        {
            result.AddError(problem);
        }
    }

    private static int Purge(ControlClient client, bool isJson, (string Key, CachePurgeKind Kind, string Text) target, bool isSoft)
    {
        string value = target.Kind == CachePurgeKind.All ? "true" : Uri.EscapeDataString(target.Text);
        PurgeReport report = client.Post($"/v1/cache/purge?{target.Key}={value}{(isSoft ? "&soft=true" : "")}", ApiJson.Default.PurgeReport);
        if (isJson)
        {
            JsonOutput.Write(report, ApiJson.Default.PurgeReport);
        }
        else if (report.Problem is null)
        {
            Console.Out.WriteLine($"{PlanSummary.Count(report.Objects, "object")} {(isSoft ? "made stale" : "removed")}");
        }

        if (report.Problem is { } problem)
        {
            Terminal.Complain(problem);
            return ExitCode.Rejected;
        }

        return ExitCode.Ok;
    }
}
