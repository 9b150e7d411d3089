namespace Sluice.Config.Reference;

/// <summary>A configuration that shows a finding.</summary>
/// <param name="FileName">Its name in the message.</param>
/// <param name="Input">Its text.</param>
/// <param name="Output">What is said about it.</param>
internal sealed record DiagnosticExample(string FileName, string Input, string Output);
