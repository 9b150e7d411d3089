namespace Sluice.Load.Start;

/// <summary>Milliseconds from exec to the first byte of the first answer.</summary>
internal sealed record StartSample(string Contender, int Round, double Milliseconds);
