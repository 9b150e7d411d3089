using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model.Tls;

/// <summary>Whether requests need a certificate of the client.</summary>
/// <param name="IsRequired">Whether they do.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record ClientCertificateUseConfig(bool IsRequired, SourceLocation? Location = null);
