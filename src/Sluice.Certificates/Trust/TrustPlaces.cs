namespace Sluice.Certificates.Trust;

/// <summary>Where to look for stores, and for the programs that change them.</summary>
public sealed record TrustPlaces
{
    /// <summary>Where the system's folders begin: <c>/</c>, or a folder for tests.</summary>
    public required string SystemRoot { get; init; }

    /// <summary>The home folder of the user whose browsers are to trust; null if there is none.</summary>
    public required string? Home { get; init; }

    /// <summary>That user, when the programs have to be run as somebody else than this process; null otherwise.</summary>
    public string? User { get; init; }

    /// <summary>Folders with programs.</summary>
    public required IReadOnlyList<string> ProgramFolders { get; init; }

    /// <summary>
    /// Those of this system and of the user of this process; with sudo, of the user who called it, since the browsers are theirs.
    /// </summary>
    public static TrustPlaces OfThisUser()
    {
        string? caller = Environment.IsPrivilegedProcess ? Environment.GetEnvironmentVariable("SUDO_USER") : null;
        caller = caller is "" or "root" ? null : caller;

        // Without a login shell, root's search path may lack the folders of these programs.
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Where(Path.IsPathRooted);
        return new TrustPlaces
        {
            SystemRoot = "/",
            Home = caller is null ? Environment.GetEnvironmentVariable("HOME") : HomeOf(caller, File.ReadLines("/etc/passwd")),
            User = caller,
            ProgramFolders = [.. path.Concat(["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"]).Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>The home folder of a user by the lines of passwd(5); null when it isn't there.</summary>
    internal static string? HomeOf(string user, IEnumerable<string> lines) =>
        lines.Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length >= 7 && fields[0] == user)?[5];

    /// <summary>The path of a program; null when it isn't installed.</summary>
    internal string? FindProgram(string name) => ProgramFolders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
