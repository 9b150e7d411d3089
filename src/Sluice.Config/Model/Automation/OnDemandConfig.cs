using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model.Automation;

/// <summary>Certificates for names that become known in handshakes only.</summary>
public sealed record OnDemandConfig
{
    /// <summary>Who decides about a name; null only when it could not be read.</summary>
    public Uri? Ask { get; init; }

    /// <summary>How many may be ordered.</summary>
    public Rate Rate { get; init; } = new(10, 60_000);

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
