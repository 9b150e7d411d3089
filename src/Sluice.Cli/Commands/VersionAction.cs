using System.CommandLine;
using System.CommandLine.Invocation;

namespace Sluice.Cli.Commands;

/// <summary>What <c>sluice --version</c> does: the same as <c>sluice version</c>.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult) => VersionCommand.Print(isJson: false);
}
