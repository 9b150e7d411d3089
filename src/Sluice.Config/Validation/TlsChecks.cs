using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Model.Tls;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Validation;

/// <summary>TLS has what it needs, and its options don't contradict each other.</summary>
internal static class TlsChecks
{
    internal static void Run(SluiceConfig config, DiagnosticBag diagnostics)
    {
        foreach (ListenerConfig listener in config.Listeners)
        {
            if (listener.Tls is { } tls)
            {
                CheckListener(listener, tls, diagnostics);
            }
        }

        foreach (UpstreamConfig upstream in config.Upstreams)
        {
            if (upstream.Tls is { } tls)
            {
                CheckUpstream(upstream, tls, diagnostics);
            }
        }

        CheckUse(config, diagnostics);
    }

    private static void CheckListener(ListenerConfig listener, ListenerTlsConfig tls, DiagnosticBag diagnostics)
    {
        if (!tls.IsAutomatic && tls.Certificates.Count == 0)
        {
            diagnostics.Add(DiagnosticCodes.NoCertificate, $"the listener `{listener.Text}` has no certificate", tls.Location, "add `certificates`, or write `tls: auto`");
        }

        CheckProtocol(tls.Protocol, tls.Location, diagnostics);
        CheckNames(tls, diagnostics);
        CheckPolicies(tls.ClientCertificates, diagnostics);
        if (!tls.Resumption && (tls.TicketKeys.Count > 0 || tls.SessionLifetimeMs is not null))
        {
            diagnostics.Add(DiagnosticCodes.IneffectiveTls, "no session is resumed, so there is nothing to keep keys or a lifetime for", tls.Location);
        }
    }

    private static void CheckProtocol(TlsProtocolConfig protocol, SourceLocation? place, DiagnosticBag diagnostics)
    {
        TlsProtocolPlan plan = protocol.Compile();
        place = protocol.Location ?? place;
        if (plan.MinVersion > plan.MaxVersion)
        {
            diagnostics.Add(DiagnosticCodes.ContradictingTls, "`min_version` is above `max_version`", place);
        }
        else if (protocol.Ciphers is not null && plan.MinVersion == TlsVersion.Tls13)
        {
            diagnostics.Add(DiagnosticCodes.IneffectiveTls, "`ciphers` are those of TLS 1.2, which is not spoken", place, "for TLS 1.3: `cipher_suites`");
        }
        else if (protocol.CipherSuites is not null && plan.MaxVersion == TlsVersion.Tls12)
        {
            diagnostics.Add(DiagnosticCodes.IneffectiveTls, "`cipher_suites` are those of TLS 1.3, which is not spoken", place, "for TLS 1.2: `ciphers`");
        }
    }

    // A name has one certificate for each kind of key; the first one counts.
    private static void CheckNames(ListenerTlsConfig tls, DiagnosticBag diagnostics)
    {
        var known = new Dictionary<(string Name, bool IsRsa), CertificatePlan>();
        foreach (CertificateConfig config in tls.Certificates)
        {
            foreach (CertificatePlan plan in config.Plans)
            {
                CertificatePlan? other = null;
                string? taken = plan.Names.FirstOrDefault(name => !known.TryAdd((name, plan.IsRsa), plan) && known.TryGetValue((name, plan.IsRsa), out other));
                if (taken is not null && other is not null)
                {
                    string files = $"`{Path.GetFileName(other.Source)}` and `{Path.GetFileName(plan.Source)}`";
                    diagnostics.Add(
                        DiagnosticCodes.SameCertificateNames, $"{files} are both for `{taken}`", config.Cert?.Location ?? config.Folder?.Location, "the first one is served");
                }
            }
        }
    }

    private static void CheckPolicies(IReadOnlyList<ClientCertificateConfig> policies, DiagnosticBag diagnostics)
    {
        var known = new Dictionary<string, ClientCertificateConfig>(StringComparer.Ordinal);
        foreach (ClientCertificateConfig policy in policies)
        {
            foreach (string host in policy.Hosts.Count == 0 ? [""] : policy.Hosts.Select(host => host.ToString()))
            {
                if (known.TryAdd(host, policy))
                {
                    continue;
                }

                string message = host.Length > 0 ? $"the host `{host}` has two entries of client certificates" : "two entries of client certificates are for all hosts";
                diagnostics.Add(new Diagnostic(DiagnosticCodes.ContradictingTls, message, policy.Location)
                {
                    Hint = host.Length > 0 ? null : "give one of them `hosts`",
                    Related = known[host].Location is { } first ? ("the first one stands at", first) : null,
                });
                break;
            }
        }
    }

    private static void CheckUpstream(UpstreamConfig upstream, UpstreamTlsConfig tls, DiagnosticBag diagnostics)
    {
        CheckProtocol(tls.Protocol, tls.Location, diagnostics);
        if (tls.SkipVerify)
        {
            diagnostics.Add(
                DiagnosticCodes.SkippedVerification, $"the servers of `{upstream.Name}` are not verified", tls.SkipVerifyLocation, "name their authority: `ca`");
        }

        bool isReliable = !diagnostics.HasErrors;
        if (isReliable && !upstream.Servers.Any(server => server.Address is { IsHttps: true }))
        {
            diagnostics.Add(DiagnosticCodes.IneffectiveTls, $"no server of `{upstream.Name}` is reached by `https`", tls.Location, "write `https://` before them");
        }
    }

    // What could not be read may have asked for certificates.
    private static void CheckUse(SluiceConfig config, DiagnosticBag diagnostics)
    {
        if (diagnostics.HasErrors || config.Listeners.Any(listener => listener.Tls is { ClientCertificates.Count: > 0 }))
        {
            return;
        }

        IEnumerable<RouteSettingsConfig> settings =
            [config.Defaults.Routes, .. config.Policies.Select(policy => policy.Settings), .. config.Routes.Select(route => route.Settings)];
        foreach (ClientCertificateUseConfig use in settings.Select(item => item.ClientCertificate).OfType<ClientCertificateUseConfig>().Where(use => use.IsRequired))
        {
            diagnostics.Add(
                DiagnosticCodes.NoClientCertificates, "no listener asks clients for a certificate", use.Location, "add `client_certificates` to the `tls` of one");
        }

        ClientIdentityPlan identity = config.Forwarded.ClientIdentity.Compile();
        if (identity.ClientCert || identity.Headers.Count > 0)
        {
            diagnostics.Add(
                DiagnosticCodes.IneffectiveTls, "no listener asks clients for a certificate, so there is nothing to tell of it", config.Forwarded.ClientIdentity.Location);
        }
    }
}
