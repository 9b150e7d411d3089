namespace Sluice.Config.Values;

/// <summary>A word that a configuration may say.</summary>
/// <param name="Text">The word.</param>
/// <param name="Value">What it stands for.</param>
internal sealed record Word<T>(string Text, T Value);
