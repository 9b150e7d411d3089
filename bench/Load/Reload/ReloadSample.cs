namespace Sluice.Load.Reload;

/// <summary>One valid generation.</summary>
/// <param name="Milliseconds">From just before SIGHUP was sent to the first answer of the new generation; null when it did not come in time.</param>
internal sealed record ReloadSample(int Generation, double? Milliseconds);
