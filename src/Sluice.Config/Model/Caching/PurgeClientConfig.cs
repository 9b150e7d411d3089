using Sluice.Config.Diagnostics;
using Sluice.Http.Addresses;

namespace Sluice.Config.Model.Caching;

/// <summary>Clients that may remove what is stored.</summary>
/// <param name="Range">Their addresses.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record PurgeClientConfig(IpRange Range, SourceLocation? Location = null);
