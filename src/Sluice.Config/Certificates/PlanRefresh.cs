using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Certificates;

/// <summary>Reads the certificates of a plan again that changed since. For one run.</summary>
internal sealed class PlanRefresh(CertificateReader reader)
{
    // One that several listeners have is read once.
    private readonly Dictionary<CertificatePlan, CertificatePlan> _known = new(ReferenceEqualityComparer.Instance);
    private readonly List<CertificateReading> _renewed = [];
    private readonly List<CertificateReading> _failed = [];

    internal CertificateRefresh Run(ProxyPlan plan)
    {
        ListenerPlan[] listeners = [.. plan.Listeners.Select(Refresh)];
        Dictionary<UpstreamPlan, UpstreamPlan> upstreams = plan.Upstreams.Distinct().ToDictionary(upstream => upstream, Refresh);
        if (_renewed.Count == 0)
        {
            return new CertificateRefresh(plan, [], _failed);
        }

        ProxyPlan renewed = plan with
        {
            Listeners = [.. listeners],
            Upstreams = [.. plan.Upstreams.Select(upstream => upstreams[upstream])],
            Routes = [.. plan.Routes.Select(route => Refresh(route, upstreams))],
        };
        return new CertificateRefresh(renewed, _renewed, _failed);
    }

    private ListenerPlan Refresh(ListenerPlan listener) =>
        listener.Tls is not { Certificates.Count: > 0 } tls
            ? listener
            : listener with { Tls = tls with { Certificates = [.. tls.Certificates.Select(certificate => Refresh(certificate, isForUpstreams: false))] } };

    private UpstreamPlan Refresh(UpstreamPlan upstream) =>
        upstream.Tls.ClientCertificate is not { } certificate
            ? upstream
            : upstream with { Tls = upstream.Tls with { ClientCertificate = Refresh(certificate, isForUpstreams: true) } };

    // Routes know their upstreams themselves.
    private static RoutePlan Refresh(RoutePlan route, Dictionary<UpstreamPlan, UpstreamPlan> upstreams)
    {
        UpstreamPlan Current(UpstreamPlan upstream) => upstreams.GetValueOrDefault(upstream, upstream);

        return route with
        {
            Action = route.Action is ProxyAction proxy
                ? proxy with
                {
                    Shares = [.. proxy.Shares.Select(share => share with { Upstream = Current(share.Upstream) })],
                    Failover = proxy.Failover is { } failover ? failover with { Upstreams = [.. failover.Upstreams.Select(Current)] } : null,
                }
                : route.Action,
            Fallback = route.Fallback is { Upstream: { } last } fallback ? fallback with { Upstream = Current(last) } : route.Fallback,
            Mirror = route.Mirror is { } mirror ? mirror with { Upstream = Current(mirror.Upstream) } : null,
        };
    }

    private CertificatePlan Refresh(CertificatePlan certificate, bool isForUpstreams)
    {
        if (!_known.TryGetValue(certificate, out CertificatePlan? current))
        {
            current = IsCurrent(certificate) ? certificate : Read(certificate, isForUpstreams);
            _known.Add(certificate, current);
        }

        return current;
    }

    private static bool IsCurrent(CertificatePlan certificate) =>
        certificate.CertificateFile is not { } file
        || (file == PemFile.StampOf(file.Path) && (certificate.KeyFile is not { } key || key == PemFile.StampOf(key.Path)));

    private CertificatePlan Read(CertificatePlan certificate, bool isForUpstreams)
    {
        CertificateReading reading = reader.Read(new CertificateFiles(certificate.CertificateFile!.Path, certificate.KeyFile?.Path)
        {
            IsForUpstreams = isForUpstreams,
            AllowsIncompleteChain = certificate.AllowsIncompleteChain,
        });
        if (reading.Plan is null)
        {
            _failed.Add(reading);
            return certificate;
        }

        // It may only have been touched.
        if (reading.Plan.Equals(certificate))
        {
            return certificate;
        }

        _renewed.Add(reading);
        return reading.Plan;
    }
}
