using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>An entry of <c>try_files</c>.</summary>
/// <param name="File">Where a file is looked for; null for a status.</param>
/// <param name="Status">What is answered when no file was found, 400 to 599; 0 where a file is looked for.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record TryFileConfig(TryFile? File, int Status, SourceLocation? Location);
