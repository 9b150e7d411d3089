using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice completion</c>: a script that lets a shell complete commands, options and files.</summary>
/// <remarks>The scripts ask the program itself, by the directive <c>[suggest]</c> of System.CommandLine.</remarks>
internal static class CompletionCommand
{
    internal const string Usage = "sluice completion bash|zsh|fish";

    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    internal static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong(Shells);
        var command = new Command("completion", "Print a script that completes commands in a shell.") { shell };
        command.SetAction(parsed => Print(parsed.GetRequiredValue(shell)));
        return command;
    }

    private static int Print(string shell)
    {
        using Stream script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion/sluice.{shell}")!;
        using var reader = new StreamReader(script);
        Console.Out.Write(reader.ReadToEnd());
        return ExitCode.Ok;
    }
}
