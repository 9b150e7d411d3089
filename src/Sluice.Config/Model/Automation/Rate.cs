namespace Sluice.Config.Model.Automation;

/// <summary>How often something may happen.</summary>
/// <param name="Count">So many times, at least 1.</param>
/// <param name="WindowMs">Within so many milliseconds.</param>
public sealed record Rate(int Count, int WindowMs);
