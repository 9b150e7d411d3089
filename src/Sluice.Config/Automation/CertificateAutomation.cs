using Sluice.Certificates.Dns;
using Sluice.Certificates.Keeping;

namespace Sluice.Config.Automation;

/// <summary>The certificates that are to be obtained for listeners with <c>tls: auto</c>, and how.</summary>
/// <param name="Plan">Those of public issuers. Its names may be none.</param>
/// <param name="LocalNames">Names that get certificates of the local authority: <c>localhost</c>, those below <c>internal</c>, loopback addresses.</param>
public sealed record CertificateAutomation(AutomationPlan Plan, IReadOnlyList<string> LocalNames)
{
    /// <summary>The name server that takes records; null for none.</summary>
    public DynamicUpdateOptions? DnsUpdate { get; init; }

    /// <summary>The program that takes records; null for none.</summary>
    public ExecOptions? DnsExec { get; init; }

    /// <summary>The service that takes records; null for none.</summary>
    public HttpHookOptions? DnsHttp { get; init; }

    /// <summary>The absolute path of the folder that they are kept in; null leaves it to the program.</summary>
    public string? StorageFolder { get; init; }
}
