using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>A listener that a match refers to.</summary>
/// <param name="Text">Its name, or its address.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record ListenerUseConfig(string Text, SourceLocation? Location);
