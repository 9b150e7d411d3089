using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>A change to one header.</summary>
/// <param name="Operation">What happens.</param>
/// <param name="Name">The header, as it was written; the beginning of names for <see cref="HeaderOperation.RemovePrefix"/>.</param>
/// <param name="Values">The values, if the operation has any.</param>
/// <param name="Location">Where the name was written, if in a file.</param>
public sealed record HeaderEditConfig(HeaderOperation Operation, string Name, IReadOnlyList<TemplateConfig> Values, SourceLocation? Location = null);
