using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model.Caching;

/// <summary>A header of requests that servers get behind a cache.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record CachedHeaderConfig(string Name, SourceLocation? Location = null);
