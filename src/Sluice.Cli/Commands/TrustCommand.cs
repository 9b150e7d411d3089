using System.CommandLine;
using Sluice.Certificates;
using Sluice.Certificates.Local;
using Sluice.Certificates.Trust;
using Sluice.Cli.Output;
using Sluice.Reactor.Files;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice trust</c>: has this machine trust the local authority, or not any more.</summary>
internal static class TrustCommand
{
    internal const string Usage = "sluice trust [--remove] [--storage FOLDER] [--json]";

    internal static Command Create()
    {
        var remove = new Option<bool>("--remove") { Description = "Have nothing trust it any more." };
        var storage = new Option<string?>("--storage") { Description = "Where certificates and keys are kept.", HelpName = "FOLDER" };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("trust", "Have this machine trust the local authority: the system and the user's browsers.") { remove, storage, json };
        command.SetAction((parsed, ct) =>
        {
            string folder = Path.GetFullPath(parsed.GetValue(storage) ?? StorageFolder.Default);
            return RunAsync(folder, parsed.GetValue(remove), parsed.GetValue(json), TrustPlaces.OfThisUser(), Console.Out, ct);
        });
        return command;
    }

    /// <summary>Changes the stores of some places, and writes what became of each.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    internal static async Task<int> RunAsync(string folder, bool isRemoval, bool isJson, TrustPlaces places, TextWriter output, CancellationToken ct)
    {
        IReadOnlyList<string> roots;
        try
        {
            roots = isRemoval ? LocalAuthority.FindRoots(folder) : await FindOrMakeRootsAsync(folder);
        }
        catch (CertificateException exception)
        {
            Terminal.Complain(exception.Message);
            return ExitCode.CouldNotStart;
        }

        if (roots.Count == 0)
        {
            Terminal.Complain($"there is no local authority in {folder}");
            return ExitCode.CouldNotStart;
        }

        var store = new TrustStore(places);
        var results = new List<TrustResult>();
        foreach (string root in roots)
        {
            results.AddRange(isRemoval ? await store.RemoveAsync(root, ct) : await store.InstallAsync(root, ct));
        }

        await output.WriteAsync(isJson ? TrustReport.WriteJson(folder, results) : TrustReport.WriteText(results));
        return EndWith(folder, isRemoval, results);
    }

    private static int EndWith(string folder, bool isRemoval, List<TrustResult> results)
    {
        List<TrustResult> failed = [.. results.Where(result => result.Outcome == TrustOutcome.Failed)];
        foreach (TrustResult result in failed)
        {
            Terminal.Complain($"{result.Store}: {result.Detail}");
        }

        if (failed.Count > 0 && !Environment.IsPrivilegedProcess)
        {
            // Root's own default is another folder.
            Terminal.Complain($"try: sudo sluice trust {(isRemoval ? "--remove " : "")}--storage {folder}");
        }

        return failed.Count == 0 ? ExitCode.Ok : ExitCode.CouldNotStart;
    }

    private static async Task<IReadOnlyList<string>> FindOrMakeRootsAsync(string folder)
    {
        IReadOnlyList<string> found = LocalAuthority.FindRoots(folder);
        if (found.Count > 0)
        {
            return found;
        }

        // What root makes in the folder of a service, the service could not read.
        if (FileStatus.Read(folder) is { } status && status.UserId != ProcessUser.Id)
        {
            throw new CertificateException($"there is no local authority in {folder}, which belongs to user {status.UserId}: start Sluice first, which makes it");
        }

        using LocalAuthority made = await LocalAuthority.OpenAsync(folder, TimeProvider.System);
        return made.RootPems;
    }
}
