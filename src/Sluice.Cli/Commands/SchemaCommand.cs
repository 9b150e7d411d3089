using System.CommandLine;
using Sluice.Config.Reference;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice schema</c>: the JSON Schema of configuration files, for editors.</summary>
internal static class SchemaCommand
{
    internal const string Usage = "sluice schema";

    internal static Command Create()
    {
        var command = new Command("schema", "Print the JSON Schema of configuration files, for editors.");
        command.SetAction(_ => Print());
        return command;
    }

    private static int Print()
    {
        Console.Out.Write(JsonSchemaReference.Write());
        return ExitCode.Ok;
    }
}
