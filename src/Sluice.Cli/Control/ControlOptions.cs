using System.CommandLine;
using Sluice.Admin.Control;

namespace Sluice.Cli.Control;

/// <summary>The options of the commands that talk to a running instance.</summary>
internal sealed class ControlOptions
{
    /// <summary><c>--socket</c>.</summary>
    internal Option<string?> Socket { get; } = new("--socket")
    {
        Description = $"The control socket of the instance; without it, {ControlPath.Variable} or the usual places.",
        HelpName = "PATH",
    };

    /// <summary><c>--json</c>.</summary>
    internal Option<bool> Json { get; } = new("--json") { Description = "Print it as JSON." };

    /// <summary>Whether to print JSON.</summary>
    internal bool IsJson(ParseResult parsed) => parsed.GetValue(Json);

    /// <summary>The socket that the operator named; null when nothing was said.</summary>
    internal string? NamedSocket(ParseResult parsed) => parsed.GetValue(Socket) is { Length: > 0 } path ? System.IO.Path.GetFullPath(path) : ControlPath.FromEnvironment;
}
