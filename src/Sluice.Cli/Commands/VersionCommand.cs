using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice version</c>: what program this is.</summary>
internal static class VersionCommand
{
    internal const string Usage = "sluice version [--json]";

    /// <summary>Such as <c>0.1.0</c>; behind a plus may come the commit it was built from.</summary>
    private static string FullVersion =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>Such as <c>0.1.0</c>.</summary>
    internal static string Version => FullVersion.Split('+')[0];

    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print it as JSON." };
        var command = new Command("version", "Print the version.") { json };
        command.SetAction(parsed => Print(parsed.GetValue(json)));
        return command;
    }

    /// <summary>Prints it to standard output.</summary>
    internal static int Print(bool isJson)
    {
        string commit = FullVersion.Contains('+', StringComparison.Ordinal) ? FullVersion.Split('+')[1] : "";

        string runtime = RuntimeInformation.FrameworkDescription;

        // Each of these is plain ASCII without quotes, so there is nothing to escape.
        Console.Out.WriteLine(isJson
            ? $$"""{"version":"{{Version}}","commit":"{{commit}}","runtime":"{{runtime}}","platform":"{{RuntimeInformation.RuntimeIdentifier}}"}"""
            : $"sluice {Version}");
        return ExitCode.Ok;
    }
}
