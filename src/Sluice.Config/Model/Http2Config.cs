using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>What is said of HTTP/2 on connections.</summary>
/// <param name="Mode">What was said.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record Http2Config(Http2Mode Mode, SourceLocation? Location);
