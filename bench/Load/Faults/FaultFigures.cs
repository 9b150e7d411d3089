namespace Sluice.Load.Faults;

/// <summary>What clients saw within a time.</summary>
/// <param name="Name">What was done to a server then.</param>
/// <param name="Answered">Requests that were answered as they should be.</param>
/// <param name="Failed">Those that were not.</param>
internal sealed record FaultFigures(string Name, long Answered, long Failed, double P50Ms, double P99Ms, double MaxMs);
