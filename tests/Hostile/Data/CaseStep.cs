namespace Sluice.Hostile.Data;

/// <summary>A step of a case.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Bytes">What it sends.</param>
/// <param name="PauseMs">How long it pauses.</param>
internal sealed record CaseStep(StepKind Kind, byte[] Bytes, int PauseMs = 0);
