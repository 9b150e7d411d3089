namespace Sluice.Certificates;

/// <summary>Where certificates, keys and accounts are kept unless a configuration says otherwise.</summary>
public static class StorageFolder
{
    private const string System = "/var/lib/sluice";

    /// <summary>
    /// The folder that systemd gives the service (<c>$STATE_DIRECTORY</c>); else <c>/var/lib/sluice</c> for root, and
    /// <c>$XDG_DATA_HOME/sluice</c> or <c>~/.local/share/sluice</c> for other users. It need not exist.
    /// </summary>
    public static string Default => Find(Environment.GetEnvironmentVariable, Environment.IsPrivilegedProcess);

    /// <summary>The same for an environment.</summary>
    internal static string Find(Func<string, string?> variable, bool isRoot)
    {
        // systemd.exec(5): several folders are separated by colons; the first is the service's own.
        string? state = variable("STATE_DIRECTORY")?.Split(':')[0];
        if (Path.IsPathRooted(state))
        {
            return state;
        }

        if (isRoot)
        {
            return System;
        }

        // The XDG specification wants paths that aren't absolute to be ignored.
        string? data = variable("XDG_DATA_HOME");
        string? home = variable("HOME");
        return Path.IsPathRooted(data) ? Path.Combine(data, "sluice")
            : Path.IsPathRooted(home) ? Path.Combine(home, ".local", "share", "sluice")
            : System;
    }
}
