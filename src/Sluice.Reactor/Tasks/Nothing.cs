namespace Sluice.Reactor.Tasks;

/// <summary>The result of a method without one.</summary>
internal readonly struct Nothing;
