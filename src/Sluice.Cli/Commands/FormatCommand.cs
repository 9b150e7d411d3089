using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Config.Formatting;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice fmt</c>: lays out a configuration file, comments kept.</summary>
internal static class FormatCommand
{
    internal const string Usage = "sluice fmt [FILE] [--diff|--check]";

    internal static Command Create()
    {
        Argument<string?> file = ConfigPath.Argument();
        var diff = new Option<bool>("--diff") { Description = "Print what would change, and leave the file as it is: 1 when there is something." };
        var check = new Option<bool>("--check") { Description = "Print the name of the file if something would change: 1 then." };
        var command = new Command("fmt", "Format a configuration file in place; comments and meaning stay.") { file, diff, check };
        command.SetAction(parsed => Format(parsed.GetValue(file), parsed.GetValue(diff), parsed.GetValue(check)));
        return command;
    }

    private static int Format(string? named, bool isDiff, bool isCheck)
    {
        if (ConfigPath.Find(named) is not { } path)
        {
            return ExitCode.CouldNotStart;
        }

        FormatResult result = ConfigFormatter.Format(path);
        if (result.Formatted is null)
        {
            Terminal.WriteFindings(result.Diagnostics);
            Terminal.Complain(
                result.Diagnostics.Count > 0
                    ? $"{path} is left as it is"
                    : $"{path} can't be formatted without changing what it means; it is left as it is");
            return ExitCode.CouldNotStart;
        }

        if (!result.IsChanged)
        {
            return ExitCode.Ok;
        }

        if (isDiff || isCheck)
        {
            Console.Out.Write(isDiff ? UnifiedDiff.Write(path, result.Original!, result.Formatted) : path + "\n");
            return ExitCode.CouldNotStart;
        }

        return Replace(path, result.Formatted);
    }

    private static int Replace(string path, string text)
    {
        try
        {
            WholeFile.Replace(path, text);
            return ExitCode.Ok;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Terminal.Complain($"can't write {path}: {exception.Message}");
            return ExitCode.CouldNotStart;
        }
    }
}
