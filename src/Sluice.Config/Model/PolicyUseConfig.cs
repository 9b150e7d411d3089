using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>A policy that a route uses.</summary>
/// <param name="Name">The name of one of <see cref="SluiceConfig.Policies"/>.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record PolicyUseConfig(string Name, SourceLocation? Location = null);
