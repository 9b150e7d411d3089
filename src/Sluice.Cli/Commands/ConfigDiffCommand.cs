using System.CommandLine;
using System.Security.Cryptography;
using Sluice.Admin.Api;
using Sluice.Admin.Plans;
using Sluice.Cli.Control;
using Sluice.Cli.Output;
using Sluice.Config;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice config diff</c>: what a configuration would change.</summary>
/// <remarks>Its exit codes are those of diff(1): 0 no difference, 1 differences, 2 trouble.</remarks>
internal static class ConfigDiffCommand
{
    internal const string Usage = "sluice config diff NEW [-c FILE] [--socket PATH] [--json]";

    private const int Same = 0;
    private const int Different = 1;
    private const int Trouble = 2;

    // Both sides make digests of what may be secret with it; it is never shown.
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    internal static Command Create()
    {
        var fresh = new Argument<string>("NEW") { Description = "The new configuration file." };
        var file = new Option<string?>("--config", "-c")
        {
            Description = "The configuration to compare with; without it, that of a running instance, or else the usual file.",
            HelpName = "FILE",
        };
        var options = new ControlOptions();
        var command = new Command("diff", "Show what a configuration would change: 0 nothing, 1 something, 2 trouble.")
        {
            fresh, file, options.Socket, options.Json,
        };
        command.SetAction(parsed =>
            Compare(parsed.GetRequiredValue(fresh), parsed.GetValue(file), options.NamedSocket(parsed), options.IsJson(parsed)));
        return command;
    }

    private static int Compare(string newPath, string? oldPath, string? socket, bool isJson)
    {
        if (ReadFile(newPath) is not { } after || ReadOld(oldPath, socket) is not { } before)
        {
            return Trouble;
        }

        IReadOnlyList<PlanDifference> differences = PlanComparison.Compare(before, after);
        if (isJson)
        {
            JsonOutput.Write(differences, ApiJson.Default.IReadOnlyListPlanDifference);
        }
        else
        {
            Print(differences);
        }

        return differences.Count == 0 ? Same : Different;
    }

    private static IReadOnlyList<PlanFacts>? ReadFile(string path)
    {
        ConfigResult result = ConfigLoader.Load(path);
        if (result.HasErrors)
        {
            Terminal.WriteFindings(result.Diagnostics);
            return null;
        }

        return new PlanFactsReader(Key).Read(result);
    }

    private static IReadOnlyList<PlanFacts>? ReadOld(string? path, string? socket)
    {
        if (path is not null)
        {
            return ReadFile(path);
        }

        using ControlClient? client = ControlClient.Find(socket, out string problem);
        if (client is not null)
        {
            return ReadRunning(client);
        }

        if (socket is not null)
        {
            Terminal.Complain(problem);
            return null;
        }

        if (ConfigPath.Find(null) is not { } found)
        {
            return null;
        }

        Terminal.Complain($"compared with {found}");
        return ReadFile(found);
    }

    private static IReadOnlyList<PlanFacts>? ReadRunning(ControlClient client)
    {
        try
        {
            IReadOnlyList<PlanFacts> facts = client.Get($"/v1/plan?key={Convert.ToHexStringLower(Key)}", ApiJson.Default.IReadOnlyListPlanFacts);
            Terminal.Complain($"compared with the running instance at {client.Path}");
            return facts;
        }
        catch (ControlException exception)
        {
            Terminal.Complain(exception.Message);
            return null;
        }
    }

    private static void Print(IReadOnlyList<PlanDifference> differences)
    {
        foreach (PlanDifference difference in differences)
        {
            string name = difference.Name.Length == 0 ? "" : " " + difference.Name;
            Console.Out.WriteLine($"{difference.Kind}{name}: {difference.Change}");
            foreach (MemberDifference member in difference.Members)
            {
                bool isShown = member.Old is not null || member.New is not null;
                Console.Out.WriteLine(isShown ? $"  {member.Member}: {member.Old ?? "-"} -> {member.New ?? "-"}" : $"  {member.Member}: changed");
            }
        }

        if (differences.Count == 0)
        {
            Console.Out.WriteLine("no differences");
        }
    }
}
