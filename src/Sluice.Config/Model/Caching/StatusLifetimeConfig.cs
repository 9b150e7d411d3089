using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Config.Model.Caching;

/// <summary>How long responses of some statuses are fresh.</summary>
/// <param name="Plan">Which and how long; it needs no compiling.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record StatusLifetimeConfig(StatusLifetime Plan, SourceLocation? Location = null);
