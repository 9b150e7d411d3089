using Sluice.Certificates;
using Sluice.Certificates.Dns;
using Sluice.Certificates.Keeping;
using Sluice.Certificates.Local;
using Sluice.Certificates.Storage;
using Sluice.Config.Automation;
using Sluice.Proxy;

namespace Sluice.Admin.Certificates;

/// <summary>Automatic certificates of a running instance: what is kept follows the configuration, and is served by the data plane.</summary>
/// <remarks>Any thread; one configuration is taken at a time. Nothing here runs on the way of a request.</remarks>
public sealed class CertificateService : IAsyncDisposable
{
    private readonly SluiceServer _server;
    private readonly Action<string> _log;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Stapling _stapling;
    private volatile CertificateKeeper? _keeper;
    private volatile LocalCertificateKeeper? _local;
    private LocalAuthority? _authority;
    private DnsSettings? _dnsSettings;
    private IDnsPublisher? _dns;
    private string? _folder;

    /// <summary>Creates it for a server that runs; nothing is kept before <see cref="ApplyAsync"/>.</summary>
    /// <param name="server">The data plane.</param>
    /// <param name="log">Takes a line for the operator, on any thread.</param>
    /// <param name="time">The time.</param>
    public CertificateService(SluiceServer server, Action<string> log, TimeProvider time)
    {
        _server = server;
        _log = log;
        _time = time;
        _stapling = new Stapling(server, log, time);
    }

    /// <summary>How the certificates of public issuers are doing.</summary>
    public IReadOnlyList<CertificateStatus> Automatic => _keeper?.Status ?? [];

    /// <summary>How those of the local authority are doing.</summary>
    public IReadOnlyList<LocalCertificateStatus> Local => _local?.Status ?? [];

    /// <summary>
    /// Keeps what a configuration asks for from now on. Where that is not possible, such as without a folder to keep it in, the operator is told; what is
    /// served stays.
    /// </summary>
    /// <param name="automation">What it asks for; null for nothing.</param>
    public async Task ApplyAsync(CertificateAutomation? automation)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            string folder = automation?.StorageFolder ?? StorageFolder.Default;
            if (automation is null || folder != _folder)
            {
                await StopAsync().ConfigureAwait(false);
            }

            if (automation is not null)
            {
                _folder = folder;
                await KeepLocalAsync(automation, folder).ConfigureAwait(false);
                Keep(automation, folder);
            }

            _stapling.Follow();
        }
        catch (CertificateException exception)
        {
            _log($"automatic certificates: {exception.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Renews certificates of public issuers now.</summary>
    /// <param name="name">Which; null for all.</param>
    /// <exception cref="CertificateException">The name is not kept.</exception>
    public Task RenewAsync(string? name) =>
        _keeper?.RenewAsync(name) ?? throw new CertificateException("no certificate of this instance comes from an issuer");

    /// <summary>Ends keeping; what is served stays served.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        await StopAsync().ConfigureAwait(false);
        _stapling.Dispose();
        _turn.Dispose();
    }

    private async Task KeepLocalAsync(CertificateAutomation automation, string folder)
    {
        if (_local is { } local)
        {
            local.Update(automation.LocalNames);
        }
        else if (automation.LocalNames.Count > 0)
        {
            _authority = await LocalAuthority.OpenAsync(folder, _time).ConfigureAwait(false);
            _local = new LocalCertificateKeeper(_authority, new ServedCertificates(_server, "local authority"), _time, _log);
            _local.Start(automation.LocalNames);
            _log($"certificates for {string.Join(", ", automation.LocalNames)} come from the local authority; `sluice trust` has this machine trust it");
        }
    }

    private void Keep(CertificateAutomation automation, string folder)
    {
        IDnsPublisher? dns = PublisherOf(automation);
        if (_keeper is { } keeper)
        {
            keeper.Update(automation.Plan, dns);
        }
        else if (automation.Plan.Names.Count > 0 || automation.Plan.OnDemand is not null)
        {
            var consumer = new ServedCertificates(_server, "issuer") { OnInstalled = _ => _stapling.Follow() };
            keeper = new CertificateKeeper(automation.Plan, consumer, new FileCertificateStorage(folder, _time), dns, _time, new CertificateLog(_log));
            _keeper = keeper;
            _server.Certificates.FindHttpChallenge = async (token, _) => await FindAsync(keeper, token).ConfigureAwait(false);
            keeper.Start();
        }
        else
        {
            return;
        }

        _server.Certificates.OnDemand = automation.Plan.OnDemand is null ? null : keeper.RequestOnDemandAsync;
    }

    private async Task<string?> FindAsync(CertificateKeeper keeper, string token)
    {
        try
        {
            return await keeper.FindHttpChallengeAsync(token).ConfigureAwait(false);
        }
        catch (CertificateException exception)
        {
            _log($"automatic certificates: {exception.Message}");
            return null;
        }
    }

    // The same object while nothing about it changed, so that records on their way are taken back by who published them.
    private IDnsPublisher? PublisherOf(CertificateAutomation automation)
    {
        var settings = new DnsSettings(automation.DnsUpdate, automation.DnsExec, automation.DnsHttp);
        if (settings != _dnsSettings)
        {
            _dnsSettings = settings;
            _dns = automation.DnsUpdate is { } update ? new DynamicUpdatePublisher(update, _time)
                : automation.DnsExec is { } exec ? new ExecPublisher(exec, _time)
                : automation.DnsHttp is { } http ? new HttpPublisher(http, _time)
                : null;
        }

        return _dns;
    }

    private async Task StopAsync()
    {
        _server.Certificates.OnDemand = null;
        _server.Certificates.FindHttpChallenge = null;
        _local?.Dispose();
        _local = null;
        _authority?.Dispose();
        _authority = null;
        if (_keeper is { } keeper)
        {
            _keeper = null;
            await keeper.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed record DnsSettings(DynamicUpdateOptions? Update, ExecOptions? Exec, HttpHookOptions? Http);
}
