namespace Sluice.Admin.Api;

/// <summary>A difference between two configurations.</summary>
/// <param name="Change"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Kind"><c>listener</c>, <c>route</c>, <c>upstream</c> or <c>settings</c>.</param>
/// <param name="Name">The name of what differs; of the settings, empty.</param>
/// <param name="Members">What changed; empty where all of it was added or removed.</param>
public sealed record PlanDifference(string Change, string Kind, string Name, IReadOnlyList<MemberDifference> Members);
