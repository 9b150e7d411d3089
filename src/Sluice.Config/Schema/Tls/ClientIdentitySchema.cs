using Sluice.Config.Binding;
using Sluice.Config.Model.Tls;
using Sluice.Config.Values;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Schema.Tls;

/// <summary>The value of <c>client_certificate</c> of <c>forwarded</c>.</summary>
internal static class ClientIdentitySchema
{
    private static readonly BooleanType Boolean = new();

    private static readonly WordType<CertificateField> Field = new(
        new("subject", CertificateField.Subject),
        new("issuer", CertificateField.Issuer),
        new("serial", CertificateField.Serial),
        new("fingerprint", CertificateField.Fingerprint),
        new("common_name", CertificateField.CommonName),
        new("dns_names", CertificateField.DnsNames),
        new("uris", CertificateField.Uris),
        new("not_after", CertificateField.NotAfter),
        new("pem", CertificateField.Pem));

    internal static ObjectType<ClientIdentityConfig> Type { get; } = new(
        "client identity",
        [
            Option<ClientIdentityConfig>.Create(
                "client_cert", Boolean, "Send `Client-Cert` (RFC 9440).", (identity, value) => identity with { ClientCert = value }, "`false`, or `true` with `chain`"),
            Option<ClientIdentityConfig>.Create(
                "chain", Boolean, "Send `Client-Cert-Chain`, too (RFC 9440, section 2.3).", (identity, value) => identity with { Chain = value }, "`false`"),
            Option<ClientIdentityConfig>.Create(
                "headers",
                new MapType<string, CertificateField, CertificateHeader>(
                    "header to field", EditedHeaderNameType.RequestDefault, Field, (name, _, field) => new CertificateHeader(name, field)),
                "Headers by name, and what each tells: `subject` and `issuer` (RFC 4514), `serial` and `fingerprint` (SHA-256) in hexadecimal, `common_name`, "
                + "`dns_names`, `uris`, `not_after` (RFC 3339) or `pem` (percent-encoded).",
                (identity, value) => identity with { Headers = value }, "none"),
        ],
        place => new ClientIdentityConfig { Location = place });

    /// <summary>In short whether <c>Client-Cert</c> is sent.</summary>
    internal static ConfigType<ClientIdentityConfig> Value { get; } = new FormsType<ClientIdentityConfig>
    {
        Scalar = new ConvertedType<bool, ClientIdentityConfig>(Boolean, (value, place) => new ClientIdentityConfig { ClientCert = value, Location = place }),
        Mapping = Type,
    };
}
