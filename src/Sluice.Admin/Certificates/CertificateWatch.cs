using Sluice.Admin.Reloading;
using Sluice.Admin.Watching;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Admin.Certificates;

/// <summary>Serves certificates from files anew when the files change, whether or not the configuration is watched.</summary>
/// <remarks>Any thread.</remarks>
public sealed class CertificateWatch : IDisposable
{
    private readonly Reloader _reloader;
    private readonly Lock _gate = new();
    private ConfigWatcher? _watcher;
    private bool _isDisposed;

    /// <summary>Creates it; nothing is watched before <see cref="Follow"/>.</summary>
    /// <param name="reloader">What exchanges certificates.</param>
    public CertificateWatch(Reloader reloader) => _reloader = reloader;

    /// <summary>Watches the files of what is served now. To be called after each reload.</summary>
    public void Follow()
    {
        lock (_gate)
        {
            bool isWanted = FilesOf(_reloader.Served.Plan!).Count > 0 && !_isDisposed;
            if (isWanted && _watcher is null)
            {
                bool usesEvents = Environment.GetEnvironmentVariable("DOTNET_USE_POLLING_FILE_WATCHER") is not ("1" or "true");
                _watcher = ConfigWatcher.Start(
                    () => FilesOf(_reloader.Served.Plan!), () => Task.Run(_reloader.RefreshCertificates), new WatchTiming { UsesEvents = usesEvents });
            }
            else if (!isWanted)
            {
                _watcher?.Dispose();
                _watcher = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _watcher?.Dispose();
            _watcher = null;
        }
    }

    private static List<string> FilesOf(ProxyPlan plan)
    {
        IEnumerable<CertificatePlan> certificates = plan.Listeners.SelectMany(listener => listener.Tls?.Certificates ?? [])
            .Concat(plan.Upstreams.Select(upstream => upstream.Tls.ClientCertificate).OfType<CertificatePlan>());
        return [.. certificates.SelectMany(certificate => new[] { certificate.CertificateFile?.Path, certificate.KeyFile?.Path }).OfType<string>().Distinct()];
    }
}
