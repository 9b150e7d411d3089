namespace Sluice.Cli.Tests;

/// <summary>What became of a process.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Error);
