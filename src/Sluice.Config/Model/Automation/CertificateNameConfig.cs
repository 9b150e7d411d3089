using Sluice.Config.Diagnostics;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model.Automation;

/// <summary>A name for which a certificate is obtained.</summary>
/// <param name="Host">The name, or <c>*.</c> before one.</param>
/// <param name="Location">Where it was written, if in a file.</param>
public sealed record CertificateNameConfig(HostMatch Host, SourceLocation? Location = null);
