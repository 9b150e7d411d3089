namespace Sluice.Hostile.Data;

/// <summary>A response that a case expects.</summary>
/// <param name="Method">The method of the request it answers.</param>
/// <param name="Statuses">The statuses that are right.</param>
/// <param name="Count">How many such responses follow each other.</param>
internal sealed record ExpectedResponse(string Method, IReadOnlyList<int> Statuses, int Count = 1);
