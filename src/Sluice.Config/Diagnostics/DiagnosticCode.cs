namespace Sluice.Config.Diagnostics;

/// <summary>A kind of finding, an entry of <see cref="DiagnosticCodes"/>.</summary>
/// <param name="Id">Stable, such as <c>SL0203</c>: never given to another kind.</param>
/// <param name="Severity">Whether it makes the configuration unusable.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Explanation">Why it is one and what to do about it, for the reference.</param>
public sealed record DiagnosticCode(string Id, DiagnosticSeverity Severity, string Title, string Explanation);
