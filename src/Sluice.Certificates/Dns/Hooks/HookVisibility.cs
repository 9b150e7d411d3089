using Sluice.Certificates.Dns.Lookups;
using Sluice.Certificates.Dns.Messages;

namespace Sluice.Certificates.Dns.Hooks;

/// <summary>Waits as <see cref="HookWait"/> says. Any thread.</summary>
/// <param name="wait">It has no problems.</param>
/// <param name="time">The time to wait by.</param>
internal sealed class HookVisibility(HookWait wait, TimeProvider time)
{
    private readonly RecordVisibility _visibility = new(new DnsClient(time), time);

    /// <summary>Waits until the record counts as visible.</summary>
    /// <exception cref="CertificateException">It wasn't in time.</exception>
    internal async Task WaitAsync(string name, string value, CancellationToken ct)
    {
        if (wait.Delay > TimeSpan.Zero)
        {
            await Task.Delay(wait.Delay, time, ct);
        }

        if (wait.Servers.Count == 0)
        {
            return;
        }

        if (!DnsName.TryParse(name, out DnsName record))
        {
            throw new CertificateException($"`{name}` is not a domain name");
        }

        var servers = new List<RecordServer>();
        foreach (string server in wait.Servers)
        {
            servers.Add(new RecordServer(server, await DnsServerAddress.Read(server)!.ResolveAsync(ct)));
        }

        await _visibility.WaitAsync(servers, record, value, wait.Timeout, ct);
    }
}
