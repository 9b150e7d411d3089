using Sluice.Certificates.Programs;

namespace Sluice.Certificates.Trust;

/// <summary>A database of NSS: what Firefox, Chromium and Chrome on Linux go by.</summary>
/// <param name="folder">The database's folder.</param>
/// <param name="places">Where its program is, and whose the database is.</param>
internal sealed class NssTrustStore(string folder, TrustPlaces places) : ITrustStore
{
    private const string Program = "certutil";
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    // Below the home folder; * stands for the profiles of Firefox.
    private static readonly string[] KnownFolders =
    [
        ".pki/nssdb",
        "snap/chromium/current/.pki/nssdb",
        ".mozilla/firefox/*",
        "snap/firefox/common/.mozilla/firefox/*",
        ".var/app/org.mozilla.firefox/.mozilla/firefox/*",
        ".config/mozilla/firefox/*",
    ];

    /// <summary>Finds the databases of the user; those that a browser makes later have to be told later.</summary>
    internal static IReadOnlyList<NssTrustStore> FindAll(TrustPlaces places) =>
    [
        .. KnownFolders.SelectMany(folder => places.Home is { } home ? FoldersAt(Path.Combine(home, folder)) : [])
            .Where(folder => File.Exists(Path.Combine(folder, "cert9.db")))
            .Select(folder => new NssTrustStore(folder, places)),
    ];

    /// <inheritdoc/>
    public async Task<TrustResult> InstallAsync(TrustedRoot root, CancellationToken ct)
    {
        if (places.FindProgram(Program) is null)
        {
            return Failed("certutil is missing: install the package libnss3-tools (Debian, Ubuntu), nss-tools (Fedora, Alpine) or nss (Arch)");
        }

        if ((await RunAsync(["-L", "-n", root.Nickname], "", ct)).Problem is null)
        {
            return new TrustResult(folder, TrustOutcome.AlreadyInstalled, root.Nickname);
        }

        // C: as an authority for servers, and for nothing else.
        ProgramRun run = await RunAsync(["-A", "-n", root.Nickname, "-t", "C,,", "-a"], root.Pem, ct);
        return run.Problem is null ? new TrustResult(folder, TrustOutcome.Installed, root.Nickname) : Failed(run);
    }

    /// <inheritdoc/>
    public async Task<TrustResult> RemoveAsync(TrustedRoot root, CancellationToken ct)
    {
        if (places.FindProgram(Program) is null || (await RunAsync(["-L", "-n", root.Nickname], "", ct)).Problem is not null)
        {
            return new TrustResult(folder, TrustOutcome.NotInstalled, "");
        }

        ProgramRun run = await RunAsync(["-D", "-n", root.Nickname], "", ct);
        return run.Problem is null ? new TrustResult(folder, TrustOutcome.Removed, root.Nickname) : Failed(run);
    }

    private static IEnumerable<string> FoldersAt(string path)
    {
        if (!path.EndsWith("/*", StringComparison.Ordinal))
        {
            return Directory.Exists(path) ? [path] : [];
        }

        string parent = Path.GetDirectoryName(path)!;
        try
        {
            return Directory.Exists(parent) ? Directory.GetDirectories(parent).Order(StringComparer.Ordinal) : [];
        }
        catch (UnauthorizedAccessException)
        {
            // Somebody else's: there is nothing in it for this user.
            return [];
        }
    }

    private TrustResult Failed(ProgramRun run) => Failed($"certutil {run.Problem}: {SecretText.Clean(run.Output, [])}");

    private TrustResult Failed(string detail) => new(folder, TrustOutcome.Failed, detail);

    private Task<ProgramRun> RunAsync(IReadOnlyList<string> arguments, string input, CancellationToken ct)
    {
        string program = places.FindProgram(Program)!;
        string[] all = [arguments[0], "-d", $"sql:{folder}", .. arguments.Skip(1)];

        // As the user, so that root never follows what the user put into their own folders.
        ProgramCall call = places.User is { } user
            ? new ProgramCall(places.FindProgram("runuser") ?? "runuser", ["-u", user, "--", program, .. all]) { Input = input, TimeLimit = TimeLimit }
            : new ProgramCall(program, all) { Input = input, TimeLimit = TimeLimit };
        return ProgramRun.RunAsync(call, TimeProvider.System, ct);
    }
}
