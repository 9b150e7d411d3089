using System.CommandLine;
using Sluice.Cli.Output;

namespace Sluice.Cli.Control;

/// <summary>Makes commands that talk to a running instance.</summary>
internal static class ControlCommand
{
    /// <summary>Makes one with <c>--socket</c> and <c>--json</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, in one line.</param>
    /// <param name="run">Does it; gets whether to print JSON, and returns one of <see cref="ExitCode"/>.</param>
    internal static Command Create(string name, string description, Func<ControlClient, bool, int> run) =>
        Create(name, description, (client, isJson, _) => run(client, isJson));

    /// <summary>The same with options of its own.</summary>
    internal static Command Create(string name, string description, Func<ControlClient, bool, ParseResult, int> run, params Option[] own)
    {
        var options = new ControlOptions();
        var command = new Command(name, description) { options.Socket, options.Json };
        foreach (Option option in own)
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => Run(options.NamedSocket(parsed), client => run(client, options.IsJson(parsed), parsed)));
        return command;
    }

    private static int Run(string? socket, Func<ControlClient, int> run)
    {
        using ControlClient? client = ControlClient.Find(socket, out string problem);
        if (client is null)
        {
            Terminal.Complain(problem);
            return ExitCode.NotRunning;
        }

        try
        {
            return run(client);
        }
        catch (ControlException exception)
        {
            Terminal.Complain(exception.Message);
            return ExitCode.NotRunning;
        }
    }
}
