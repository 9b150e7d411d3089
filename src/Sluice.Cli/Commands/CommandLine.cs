using System.CommandLine;
using System.CommandLine.Parsing;
using Sluice.Cli.Output;
using Sluice.Config.Diagnostics;

namespace Sluice.Cli.Commands;

/// <summary>The command line: its commands, and what happens when it is wrong.</summary>
internal static class CommandLine
{
    /// <summary>Runs what the arguments say.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    internal static int Run(string[] args)
    {
        RootCommand root = Create();
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return RefuseUsage(parsed.CommandResult.Command, MessagesOf(parsed));
        }

        // Signals are handled by the commands themselves, and an unexpected exception is a bug that should leave its trace.
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    /// <summary>Says what is wrong with the command line, how the command is used, and where to read more.</summary>
    internal static int RefuseUsage(Command command, IEnumerable<string> messages)
    {
        foreach (string message in messages)
        {
            Terminal.Complain(message);
        }

        Console.Error.WriteLine($"usage: {UsageOf(command)}");
        Console.Error.WriteLine($"try: {PathOf(command)} --help");
        return ExitCode.Usage;
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("Sluice, a reverse proxy and load balancer.")
        {
            RunCommand.Create(), ProxyCommand.Create(), CheckCommand.Create(), LintCommand.Create(), FormatCommand.Create(), ConfigCommand.Create(),
            RouteCommand.Create(), ReloadCommand.Create(), StatusCommand.Create(), RoutesCommand.Create(), UpstreamsCommand.Create(),
            CacheCommand.Create(), CertsCommand.Create(), TrustCommand.Create(),
            DemoCommand.Create(), ExplainCommand.Create(), SchemaCommand.Create(), CompletionCommand.Create(), VersionCommand.Create(),
        };
        RootAction.AddTo(root);
        foreach (VersionOption option in root.Options.OfType<VersionOption>())
        {
            option.Action = new VersionAction();
        }

        return root;
    }

    private static string PathOf(Command command) =>
        command is RootCommand ? "sluice" : $"{command.Parents.OfType<Command>().Select(PathOf).First()} {command.Name}";

    private static IEnumerable<string> MessagesOf(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.Count == 0)
        {
            return parsed.Errors.Select(error => error.Message.TrimEnd('.')).Distinct();
        }

        // Where a word is not known, everything else that is missing follows from it.
        Command command = parsed.CommandResult.Command;
        string word = parsed.UnmatchedTokens[0];
        bool isOption = word.StartsWith('-');
        IEnumerable<string> known = isOption ? command.Options.Select(option => option.Name) : command.Subcommands.Select(subcommand => subcommand.Name);
        string? nearest = NearestWord.Find(word, known);
        string kind = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        return [$"unknown {kind} `{word}`{(nearest is null ? "" : $"; did you mean `{nearest}`?")}"];
    }

    private static string UsageOf(Command command) => command.Name switch
    {
        "run" => RunCommand.Usage,
        "proxy" => ProxyCommand.Usage,
        "check" => CheckCommand.Usage,
        "fmt" => FormatCommand.Usage,
        "config" => ConfigCommand.Usage,
        "show" => ConfigShowCommand.Usage,
        "route" => RouteCommand.Usage,
        "diff" => ConfigDiffCommand.Usage,
        "reload" => ReloadCommand.Usage,
        "status" => StatusCommand.Usage,
        "routes" => RoutesCommand.Usage,
        "upstreams" => UpstreamsCommand.Usage,
        "cache" => CacheCommand.Usage,
        "purge" => CachePurgeCommand.Usage,
        "certs" => CertsCommand.Usage,
        "trust" => TrustCommand.Usage,
        "demo" => DemoCommand.Usage,
        "lint" => LintCommand.Usage,
        "explain" => ExplainCommand.Usage,
        "completion" => CompletionCommand.Usage,
        "schema" => SchemaCommand.Usage,
        "version" => VersionCommand.Usage,
        _ => "sluice COMMAND [OPTIONS]",
    };
}
