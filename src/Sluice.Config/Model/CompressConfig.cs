using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>Which responses are compressed, and how.</summary>
public sealed record CompressConfig
{
    /// <summary>What was said, over the defaults; null when it was said that none are.</summary>
    public CompressionPlan? Plan { get; init; } = new();

    /// <summary>Where the encodings were written; null when they are the usual ones.</summary>
    public SourceLocation? EncodingsLocation { get; init; }
}
