using Sluice.Reactor.Files;

namespace Sluice.Admin.Control;

/// <summary>Where the control socket is when nobody says.</summary>
public static class ControlPath
{
    /// <summary>The variable that names another socket, for the instance and for the commands that look for it.</summary>
    public const string Variable = "SLUICE_SOCKET";

    private const string FileName = "sluice/control.sock";

    /// <summary>What <see cref="Variable"/> says, or null.</summary>
    public static string? FromEnvironment => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    /// <summary>Where an instance of this user puts it.</summary>
    public static string Default => Candidates[0];

    /// <summary>Where commands of this user look for one, in this order: their own, then that of a service that runs as root.</summary>
    public static IReadOnlyList<string> Candidates
    {
        get
        {
            uint user = ProcessUser.Id;
            const string system = "/run/" + FileName;
            if (user == 0)
            {
                return [system];
            }

            string own = $"/tmp/sluice-{user}/control.sock";
            return Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && runtime.StartsWith('/')
                ? [$"{runtime.TrimEnd('/')}/{FileName}", own, system]
                : [own, system];
        }
    }
}
