using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Tests;

/// <summary>TLS of a plan as text: what differs from the default, and never a key.</summary>
internal static class TlsText
{
    internal static string Write(TlsPlan? tls)
    {
        if (tls is null)
        {
            return "";
        }

        var usual = new TlsPlan();
        var output = new StringBuilder();
        output.Append($"  tls{(tls.IsAutomatic ? " automatic" : "")}{(tls.StrictSni ? " strict_sni" : "")}{(tls.Resumption ? "" : " without resumption")}");
        output.Append($"{(tls.Stapling ? "" : " without stapling")}{(tls.TicketKeys.Count > 0 ? $" with {tls.TicketKeys.Count} ticket keys" : "")}\n");
        output.Append(string.Concat(tls.Certificates.Select(Write)));
        output.Append(Write(tls.Protocol));
        foreach (ClientCertificatePlan policy in tls.ClientCertificates)
        {
            output.Append($"    clients of {(policy.Hosts.Count == 0 ? "all others" : string.Join(' ', policy.Hosts))}: {policy.Mode}, {Write(policy.Trust)}\n");
        }

        output.Append(tls.SessionLifetimeMs == usual.SessionLifetimeMs ? "" : $"    session lifetime {tls.SessionLifetimeMs} ms\n");
        output.Append(tls.HandshakeTimeoutMs == usual.HandshakeTimeoutMs ? "" : $"    handshake timeout {tls.HandshakeTimeoutMs} ms\n");
        output.Append(tls.EarlyDataBytesMax == 0 ? "" : $"    early data {tls.EarlyDataBytesMax} bytes\n");
        return output.ToString();
    }

    internal static string Write(UpstreamTlsPlan tls)
    {
        if (tls == new UpstreamTlsPlan())
        {
            return "";
        }

        string name = tls.ServerName is null ? "" : $" as {tls.ServerName}";
        string options = $"{name}{(tls.SkipVerify ? " unverified" : "")}{(tls.Resumption ? "" : " without resumption")}";
        return $"  tls{options}, {Write(tls.Trust)}\n{(tls.ClientCertificate is { } certificate ? Write(certificate) : "")}{Write(tls.Protocol)}";
    }

    internal static string Write(ClientIdentityPlan identity) =>
        (identity.ClientCert || identity.ClientCertChain ? $"identity{(identity.ClientCert ? " client_cert" : "")}{(identity.ClientCertChain ? " chain" : "")}\n" : "")
        + string.Concat(identity.Headers.Select(header => $"identity {header.Name}: {header.Field}\n"));

    private static string Write(CertificatePlan certificate)
    {
        string files = $"{Path.GetFileName(certificate.CertificateFile!.Path)}{(certificate.KeyFile is { } key ? $" with {Path.GetFileName(key.Path)}" : "")}";
        string kind = certificate.IsRsa ? "RSA" : "ECDSA";
        string ocsp = certificate.OcspResponder is { } responder ? $", responder {responder}" : "";
        return $"    certificate {files}: {kind} [{string.Join(' ', certificate.Names)}] chain of {certificate.Chain.Count} until {certificate.NotAfter:yyyy-MM-dd}{ocsp}\n";
    }

    private static string Write(TrustPlan trust) =>
        $"{(trust.CaPem is null ? "authorities of the system" : $"{Count(trust.CaPem)} authorities")}{(trust.CrlPem is null ? "" : $", {Count(trust.CrlPem)} revocation lists")}"
        + (trust.Depth == new TrustPlan().Depth ? "" : $", depth {trust.Depth}");

    private static string Write(TlsProtocolPlan protocol)
    {
        var usual = new TlsProtocolPlan();
        return (protocol.MinVersion == usual.MinVersion && protocol.MaxVersion == usual.MaxVersion ? "" : $"    versions {protocol.MinVersion} to {protocol.MaxVersion}\n")
            + (protocol.Ciphers == usual.Ciphers ? "" : $"    ciphers {protocol.Ciphers}\n")
            + (protocol.CipherSuites == usual.CipherSuites ? "" : $"    cipher suites {protocol.CipherSuites}\n")
            + (protocol.Groups == usual.Groups ? "" : $"    groups {protocol.Groups}\n")
            + (protocol.PrefersOwnOrder == usual.PrefersOwnOrder ? "" : $"    own order {protocol.PrefersOwnOrder}\n");
    }

    private static int Count(string pem) => pem.Split("-----BEGIN ").Length - 1;
}
