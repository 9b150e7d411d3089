using Sluice.Config.Diagnostics;
using Sluice.Http.Addresses;

namespace Sluice.Config.Model;

/// <summary>Proxies in front of this one.</summary>
/// <param name="Range">Their addresses.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record TrustedProxyConfig(IpRange Range, SourceLocation? Location = null);
