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
    private volatile Watched? _watched;
    private bool _isDisposed;

    /// <summary>Creates it; nothing is watched before <see cref="Follow"/>.</summary>
    /// <param name="reloader">What exchanges certificates.</param>
    public CertificateWatch(Reloader reloader) => _reloader = reloader;

    /// <summary>Watches the files of what is served now. To be called after each reload.</summary>
    public void Follow()
    {
        lock (_gate)
        {
            bool isWanted = Files().Count > 0 && !_isDisposed;
            if (isWanted && _watcher is null)
            {
                // Whoever exchanges certificates reads only those that changed, and sees whether it is something else; also what changed since the load.
                bool usesEvents = Environment.GetEnvironmentVariable("DOTNET_USE_POLLING_FILE_WATCHER") is not ("1" or "true");
                _watcher = ConfigWatcher.Start(
                    Files, () => Task.Run(_reloader.RefreshCertificates), new WatchTiming { UsesEvents = usesEvents }, isStale: () => true, readsFiles: false);
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

    // Asked for with each look at them, and mostly for the same plan.
    private IReadOnlyList<string> Files()
    {
        ProxyPlan plan = _reloader.Served.Plan!;
        Watched? watched = _watched;
        if (watched is null || !ReferenceEquals(watched.Plan, plan))
        {
            watched = new Watched(plan, FilesOf(plan));
            _watched = watched;
        }

        return watched.Files;
    }

    private static List<string> FilesOf(ProxyPlan plan)
    {
        IEnumerable<CertificatePlan> certificates = plan.Listeners.SelectMany(listener => listener.Tls?.Certificates ?? [])
            .Concat(plan.Upstreams.Select(upstream => upstream.Tls.ClientCertificate).OfType<CertificatePlan>());
        return [.. certificates.SelectMany(certificate => new[] { certificate.CertificateFile?.Path, certificate.KeyFile?.Path }).OfType<string>().Distinct()];
    }

    private sealed record Watched(ProxyPlan Plan, IReadOnlyList<string> Files);
}
