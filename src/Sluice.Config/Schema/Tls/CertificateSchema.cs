using Sluice.Config.Binding;
using Sluice.Config.Model.Tls;
using Sluice.Config.Values;

namespace Sluice.Config.Schema.Tls;

/// <summary>A certificate with its key.</summary>
internal static class CertificateSchema
{
    private static readonly FilePathType File = new();

    private static readonly Option<CertificateConfig> Cert = Option<CertificateConfig>.Create(
        "cert", File, "A file in PEM with the certificate, then its intermediates; a root among them is left out.",
        (config, value) => config with { Cert = value });

    private static readonly Option<CertificateConfig> Key = Option<CertificateConfig>.Create(
        "key", File, "A file in PEM with its key, not encrypted: RSA of at least 2048 bits, P-256, P-384 or P-521.",
        (config, value) => config with { Key = value }, "in the file of the certificate");

    private static readonly Option<CertificateConfig> Incomplete = Option<CertificateConfig>.Create(
        "unsafe_incomplete_chain", new BooleanType(),
        "Take a certificate without the intermediates that clients need to verify it: some will not be able to connect.",
        (config, value) => config with { AllowsIncompleteChain = value }, "`false`");

    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["certificate"] = "cert",
        ["certificate_file"] = "cert",
        ["cert_file"] = "cert",
        ["crt"] = "cert",
        ["fullchain"] = "cert",
        ["ssl_certificate"] = "cert",
        ["key_file"] = "key",
        ["private_key"] = "key",
        ["ssl_certificate_key"] = "key",
    };

    /// <summary>An entry of <c>certificates</c> of a listener.</summary>
    internal static ObjectType<CertificateConfig> OfListeners { get; } = new(
        "certificate",
        [
            Cert,
            Key,
            Option<CertificateConfig>.Create(
                "folder", File,
                "A folder in place of a file: every `NAME.pem`, `NAME.crt` or `NAME.cer` with its `NAME.key`, or with the key inside; and every folder in it with "
                + "`fullchain.pem` and `privkey.pem`, as certbot has them.",
                (config, value) => config with { Folder = value }),
            Incomplete,
        ],
        place => new CertificateConfig { Location = place })
    {
        ExactlyOneOf = ["cert", "folder"],
        OtherNames = OtherNames,
    };

    /// <summary>What is shown to servers.</summary>
    internal static ObjectType<CertificateConfig> OfUpstreams { get; } = new(
        "client certificate",
        [
            Option<CertificateConfig>.Create(
                "cert", File, "A file in PEM with the certificate, then its intermediates.", (config, value) => config with { Cert = value }, isRequired: true),
            Key,
        ],
        place => new CertificateConfig { Location = place, AllowsIncompleteChain = true })
    {
        OtherNames = OtherNames,
    };
}
