namespace Sluice.Proxy.Plans;

/// <summary>A text that takes the place of another.</summary>
/// <param name="From">What is replaced; how it is compared is told where it is used.</param>
/// <param name="To">What takes its place.</param>
public sealed record PrefixMapping(string From, string To);
