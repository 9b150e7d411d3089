namespace Sluice.Admin.Api;

/// <summary>What a configuration says about one named thing, so that two configurations can be compared, even those of two processes.</summary>
/// <param name="Kind"><c>listener</c>, <c>route</c>, <c>upstream</c> or <c>settings</c>.</param>
/// <param name="Name">Its name; of the settings, empty.</param>
/// <param name="Members">What is said, by the path of the member, such as <c>limits.request_head_timeout</c>.</param>
public sealed record PlanFacts(string Kind, string Name, IReadOnlyDictionary<string, string> Members);
