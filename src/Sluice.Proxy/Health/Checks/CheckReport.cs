namespace Sluice.Proxy.Health.Checks;

/// <summary>The last check of a server. Immutable.</summary>
/// <param name="HasPassed">Whether the server did as expected.</param>
/// <param name="Text">What was seen, in words for an operator, such as <c>passed</c> or <c>status 503</c>.</param>
/// <param name="At">When it ended.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="InARow">How many ended the same way in a row, this one included.</param>
public sealed record CheckReport(bool HasPassed, string Text, DateTimeOffset At, double DurationMs, int InARow);
