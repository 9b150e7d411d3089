using Sluice.Config.Model;
using Sluice.Config.Model.Tls;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Compilation;

/// <summary>Compiles TLS of both sides.</summary>
internal static class TlsCompiler
{
    // One record of TLS, and what OpenSSL allows by default.
    private const int EarlyDataBytes = 16_384;

    /// <summary>TLS of a listener; null for plain HTTP.</summary>
    /// <param name="config">What is said of it.</param>
    /// <param name="takesEarlyData">Whether a route takes early data.</param>
    internal static TlsPlan? Compile(ListenerTlsConfig? config, bool takesEarlyData)
    {
        if (config is null)
        {
            return null;
        }

        var usual = new TlsPlan();
        return new TlsPlan
        {
            Certificates = [.. config.Certificates.SelectMany(certificate => certificate.Plans)],
            IsAutomatic = config.IsAutomatic,
            StrictSni = config.StrictSni,
            Protocol = config.Protocol.Compile(),
            ClientCertificates = [.. config.ClientCertificates.Select(Compile)],
            Resumption = config.Resumption,
            TicketKeys = [.. config.TicketKeys.Select(key => PlanCompiler.Known(key.Plan))],
            SessionLifetimeMs = config.SessionLifetimeMs ?? usual.SessionLifetimeMs,
            HandshakeTimeoutMs = config.HandshakeTimeoutMs ?? usual.HandshakeTimeoutMs,
            EarlyDataBytesMax = takesEarlyData && config.Resumption ? EarlyDataBytes : 0,
            Stapling = config.Stapling,
        };
    }

    /// <summary>TLS with servers.</summary>
    internal static UpstreamTlsPlan Compile(UpstreamTlsConfig? config) => config is null ? new UpstreamTlsPlan() : new UpstreamTlsPlan
    {
        Trust = PlanCompiler.Known(config.Trust.Plan),
        ServerName = config.ServerName,
        SkipVerify = config.SkipVerify,
        ClientCertificate = config.ClientCertificate is { } certificate ? PlanCompiler.Known(certificate.Plans.Count > 0 ? certificate.Plans[0] : null) : null,
        Protocol = config.Protocol.Compile(),
        Resumption = config.Resumption,
    };

    private static ClientCertificatePlan Compile(ClientCertificateConfig config) => new()
    {
        Hosts = [.. config.Hosts.Select(host => (host.Kind == Proxy.Plans.HostMatchKind.Wildcard ? "*." : "") + host.Text).Distinct()],
        Mode = config.Mode,
        Trust = PlanCompiler.Known(config.Trust.Plan),
    };
}
