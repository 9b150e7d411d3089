namespace Sluice.Proxy.CircuitBreaking;

/// <summary>A state of a circuit from one change to the next. Immutable.</summary>
/// <param name="State">The state.</param>
/// <param name="Number">Counts the changes, from 1: what began in one phase says nothing about another.</param>
/// <param name="SinceMs">When it began, in loop time.</param>
/// <param name="UntilMs">When it ends at the latest, in loop time; <see cref="long.MaxValue"/> while it is closed.</param>
/// <param name="Openings">How often it was open since it was closed last.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="At">When it began.</param>
public sealed record CircuitPhase(CircuitState State, int Number, long SinceMs, long UntilMs, int Openings, string Reason, DateTimeOffset At);
