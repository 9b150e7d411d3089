using System.CommandLine;
using System.CommandLine.Invocation;

namespace Sluice.Cli.Commands;

/// <summary>What <c>sluice</c> does without a command: with <c>-t</c> it checks, as other servers do.</summary>
internal sealed class RootAction(Option<bool> test, Option<string?> config) : SynchronousCommandLineAction
{
    /// <summary>Adds the options and the action.</summary>
    internal static void AddTo(RootCommand root)
    {
        var test = new Option<bool>("--test", "-t") { Description = "Check the configuration, as sluice check does." };
        Option<string?> config = ConfigPath.Option();
        root.Options.Add(test);
        root.Options.Add(config);
        root.Action = new RootAction(test, config);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        string? path = parseResult.GetValue(config);
        if (parseResult.GetValue(test))
        {
            return CheckCommand.Check(path, isJson: false);
        }

        string message = "Required command was not provided" + (path is null ? "" : ": sluice run?");
        return CommandLine.RefuseUsage(parseResult.RootCommandResult.Command, [message]);
    }
}
