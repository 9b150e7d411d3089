using Sluice.Admin.Certificates;
using Sluice.Admin.Reloading;
using Sluice.Proxy;

namespace Sluice.Admin.Control;

/// <summary>A running instance, as the control plane sees it.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="StartedAt">When it began to answer.</param>
/// <param name="Source">Where its configuration comes from.</param>
/// <param name="Server">The data plane.</param>
/// <param name="Reloader">What reloads it.</param>
/// <param name="Certificates">Its automatic certificates.</param>
/// <param name="Log">Takes a line for the operator, on any thread.</param>
public sealed record ControlledInstance(
    string Version, DateTimeOffset StartedAt, ConfigSource Source, SluiceServer Server, Reloader Reloader, CertificateService Certificates, Action<string> Log);
