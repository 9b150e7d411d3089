using Sluice.Certificates;
using Sluice.Certificates.Keeping;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Tls;

namespace Sluice.Config.Model.Automation;

/// <summary>How certificates are obtained and kept.</summary>
public sealed record CertificatesConfig
{
    /// <summary>Where they are kept; null leaves it to the program.</summary>
    public FileUseConfig? Storage { get; init; }

    /// <summary>Whom issuers may write to; null for nobody.</summary>
    public string? Email { get; init; }

    /// <summary>Who issues them; empty means Let's Encrypt.</summary>
    public IReadOnlyList<IssuerConfig> Issuers { get; init; } = [];

    /// <summary>Whether Let's Encrypt's staging takes the place of Let's Encrypt.</summary>
    public bool IsStaging { get; init; }

    /// <summary>How names are proved; empty leaves it to the listeners and to <see cref="Dns"/>.</summary>
    public IReadOnlyList<ChallengeKind> Challenges { get; init; } = [];

    /// <summary>Where <see cref="Challenges"/> was written, if in a file.</summary>
    public SourceLocation? ChallengesLocation { get; init; }

    /// <summary>Who puts records into the DNS; null for nobody.</summary>
    public DnsConfig? Dns { get; init; }

    /// <summary>The kind of key of new certificates.</summary>
    public KeyType KeyType { get; init; } = KeyType.P256;

    /// <summary>Names besides the hosts of routes.</summary>
    public IReadOnlyList<CertificateNameConfig> Names { get; init; } = [];

    /// <summary>Certificates for names that nobody listed; null for none.</summary>
    public OnDemandConfig? OnDemand { get; init; }

    /// <summary>Where it was written, if in a file; null also when nothing was.</summary>
    public SourceLocation? Location { get; init; }
}
