namespace Sluice.Scenarios.RealPeers;

/// <summary>What a program left behind.</summary>
/// <param name="ExitCode">0 when it went well.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error);
