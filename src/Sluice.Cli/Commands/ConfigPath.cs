using System.CommandLine;
using System.CommandLine.Parsing;
using Sluice.Cli.Output;
using Sluice.Config.Diagnostics;

namespace Sluice.Cli.Commands;

/// <summary>Which configuration a command is about.</summary>
internal static class ConfigPath
{
    // Where a file is looked for when none is named: beside the user, then where packages put it.
    private static readonly string[] Defaults = ["./sluice.yaml", "/etc/sluice/sluice.yaml"];

    /// <summary><c>-c</c>; null when it isn't given.</summary>
    internal static Option<string?> Option() => new("--config", "-c")
    {
        Description = $"The configuration; without it, {string.Join(" or ", Defaults)}.",
        HelpName = "FILE",
    };

    /// <summary>The file as an argument; null when it isn't given.</summary>
    internal static Argument<string?> Argument()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = $"The configuration file; without it, {string.Join(" or ", Defaults)}.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        file.Validators.Add(RefuseOption);
        return file;
    }

    /// <summary>The file that was named, or the first of the usual ones that exists; null, with a message, when there is none.</summary>
    internal static string? Find(string? named)
    {
        string? path = named ?? Defaults.FirstOrDefault(File.Exists);
        if (path is null)
        {
            Terminal.Complain($"no configuration: neither {string.Join(" nor ", Defaults)} exists; name one with -c FILE");
        }

        return path;
    }

    // A misspelt option would be taken for the name of a file.
    private static void RefuseOption(ArgumentResult result)
    {
        if (result.Tokens.Count > 0 && result.Tokens[0].Value is ['-', ..] word)
        {
            IEnumerable<string> known = (result.Parent as CommandResult)?.Command.Options.Select(option => option.Name) ?? [];
            string? nearest = NearestWord.Find(word, known);
            result.AddError($"unknown option `{word}`{(nearest is null ? "" : $"; did you mean `{nearest}`?")}");
        }
    }
}
