using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Config.Diagnostics;
using Sluice.Config.Reference;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice explain</c>: what the code of an error or warning means.</summary>
internal static class ExplainCommand
{
    internal const string Usage = "sluice explain [CODE]";

    internal static Command Create()
    {
        var code = new Argument<string?>("CODE")
        {
            Description = "Such as SL0203; without it, all codes are listed.",
            Arity = ArgumentArity.ZeroOrOne,

            // Otherwise all of them stand there, and push the rest of the help to the right.
            HelpName = "CODE",
        };
        code.CompletionSources.Add(_ => DiagnosticCodes.All.Select(known => new System.CommandLine.Completions.CompletionItem(known.Id)));
        var command = new Command("explain", "Explain the code of an error or warning.") { code };
        command.SetAction(parsed => Explain(parsed.GetValue(code)));
        return command;
    }

    private static int Explain(string? id)
    {
        string? text = id is null ? DiagnosticReference.WriteList() : DiagnosticReference.Find(id);
        if (text is null)
        {
            string? nearest = NearestWord.Find(id!, DiagnosticCodes.All.Select(code => code.Id));
            Terminal.Complain($"unknown code `{id}`{(nearest is null ? "" : $"; did you mean `{nearest}`?")}");
            Console.Error.WriteLine($"usage: {Usage}");
            return ExitCode.Usage;
        }

        Console.Out.Write(text);
        return ExitCode.Ok;
    }
}
