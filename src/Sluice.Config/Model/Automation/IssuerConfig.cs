using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Tls;

namespace Sluice.Config.Model.Automation;

/// <summary>Who issues certificates.</summary>
public sealed record IssuerConfig
{
    /// <summary>What it is called; null for the word or host of its directory.</summary>
    public string? Name { get; init; }

    /// <summary>Its ACME directory, by a word or URL; null only when it could not be read.</summary>
    public IssuerDirectory? Directory { get; init; }

    /// <summary>Whom it may write to; null for that of <see cref="CertificatesConfig"/>.</summary>
    public string? Email { get; init; }

    /// <summary>The file of the authorities that its own certificate comes from; null means those of the system.</summary>
    public FileUseConfig? Ca { get; init; }

    /// <summary>The account there that the ACME account is bound to; null for none.</summary>
    public ExternalAccountConfig? Account { get; init; }

    /// <summary>The profile to order; null for its default.</summary>
    public string? Profile { get; init; }

    /// <summary>Who should have signed the topmost certificate of the chain; null for the default chain.</summary>
    public string? PreferredChain { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
