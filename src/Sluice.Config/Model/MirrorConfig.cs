using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>Copies of requests go to another upstream.</summary>
public sealed record MirrorConfig
{
    /// <summary>Where copies go; null when they go nowhere.</summary>
    public ProxyConfig? To { get; init; }

    /// <summary>Whether it was said that none are made, whatever the policies and defaults say.</summary>
    public bool IsOff { get; init; }

    /// <summary>The share of requests that is copied, in hundredths of a percent.</summary>
    public int HundredthsOfPercent { get; init; } = 10_000;

    /// <summary>Requests with more content are not copied; 0 means no limit.</summary>
    public long BodyBytesMax { get; init; }

    /// <summary>Bytes of content that a copy may be behind its request; null means what the plan has.</summary>
    public int? LagBytesMax { get; init; }

    /// <summary>Copies on their way at the same time; null means what the plan has.</summary>
    public int? ConcurrencyMax { get; init; }

    /// <summary>How long a copy may take once its request was received, in milliseconds; null means what the plan has.</summary>
    public int? TimeoutMs { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
