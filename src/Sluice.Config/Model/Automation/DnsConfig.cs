using Sluice.Certificates.Dns;
using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model.Automation;

/// <summary>Who puts records into the DNS. Exactly one is given.</summary>
public sealed record DnsConfig
{
    /// <summary>A name server, by dynamic updates.</summary>
    public DynamicUpdateOptions? Update { get; init; }

    /// <summary>A program.</summary>
    public ExecOptions? Exec { get; init; }

    /// <summary>A service that is called over HTTP.</summary>
    public HttpHookOptions? Http { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
