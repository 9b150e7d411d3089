using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice config</c>: commands about a configuration as a whole.</summary>
internal static class ConfigCommand
{
    internal const string Usage = "sluice config show|diff [OPTIONS]";

    internal static Command Create() => new("config", "Look at a configuration as a whole.") { ConfigShowCommand.Create(), ConfigDiffCommand.Create() };
}
