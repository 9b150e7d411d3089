using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>When the proxy protects itself.</summary>
/// <param name="Plan">At which pressures; it needs no compiling. Null where it doesn't at all.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record OverloadConfig(OverloadPlan? Plan, SourceLocation? Location = null);
