namespace Sluice.Proxy.Plans.Tls;

/// <summary>The certificates that clients show for some hosts of a listener. Chosen by SNI, before the client shows anything.</summary>
public sealed record ClientCertificatePlan
{
    /// <summary>The hosts: exact names or <c>*.example.com</c>, in lower case; empty means all that no other policy of the listener names, and clients that send no SNI.</summary>
    public PlanList<string> Hosts { get; init; } = [];

    /// <summary>Whether a certificate has to be shown.</summary>
    public ClientCertificateMode Mode { get; init; } = ClientCertificateMode.Required;

    /// <summary>The authorities that certificates come from. <see cref="TrustPlan.CaPem"/> is set.</summary>
    public required TrustPlan Trust { get; init; }
}
