using Sluice.Config.Binding;
using Sluice.Config.Model.Tls;
using Sluice.Config.Values;

namespace Sluice.Config.Schema.Tls;

/// <summary>The value of <c>tls</c> of a listener. The defaults are those of <see cref="Sluice.Proxy.Plans.Tls.TlsPlan"/>, as a test checks.</summary>
internal static class ListenerTlsSchema
{
    private const int DayMs = 86_400_000;

    private static readonly BooleanType Boolean = new();

    // RFC 8446, section 4.6.1.
    private static readonly DurationType Lifetime = new(60_000, 7 * DayMs);

    private static readonly ConfigType<IReadOnlyList<CertificateConfig>> Certificates =
        Forms.OneOrMany<CertificateConfig>(new FormsType<CertificateConfig>
        {
            Scalar = new ConvertedType<FileUseConfig, CertificateConfig>(
                new FilePathType(), (file, place) => new CertificateConfig { Cert = file, Location = place }),
            Mapping = CertificateSchema.OfListeners,
        });

    private static readonly ConfigType<TicketKeyConfig> TicketKey =
        new ConvertedType<FileUseConfig, TicketKeyConfig>(new FilePathType(), (file, _) => new TicketKeyConfig(file));

    internal static ObjectType<ListenerTlsConfig> Type { get; } = new(
        "tls",
        [
            Option<ListenerTlsConfig>.Create(
                "automatic", Boolean, "Whether certificates are obtained for the hosts of the routes, as with `tls: auto`.",
                (tls, value) => tls with { IsAutomatic = value }, "`false`"),
            Option<ListenerTlsConfig>.Create(
                "certificates", Certificates,
                "Certificates with their keys, each an entry; in short the path of a file that holds both, or of a folder. The one for the name that a client asks for is served; several of one name differ in "
                + "their kind of key. The first serves clients that ask for another name or none.",
                (tls, value) => tls with { Certificates = value }),
            .. TlsProtocolSchema.For<ListenerTlsConfig>(tls => tls.Protocol, (tls, protocol) => tls with { Protocol = protocol }),
            Option<ListenerTlsConfig>.Create(
                "prefer_server_ciphers", Boolean, "Whether the order of the lists above decides, and not the client's.",
                (tls, value) => tls with { Protocol = tls.Protocol with { PrefersOwnOrder = value } }, "`true`"),
            Option<ListenerTlsConfig>.Create(
                "strict_sni", Boolean, "Whether handshakes for a name without a certificate, or without a name, are refused.",
                (tls, value) => tls with { StrictSni = value }, "`false`"),
            Option<ListenerTlsConfig>.Create(
                "client_certificates", ClientCertificateSchema.Value,
                "Certificates that clients show; an entry, or a list of entries for different hosts. In short the file of the authorities.",
                (tls, value) => tls with { ClientCertificates = value }, "none are asked for"),
            Option<ListenerTlsConfig>.Create(
                "resumption", Boolean, "Whether clients can resume sessions instead of doing a full handshake.",
                (tls, value) => tls with { Resumption = value }, "`true`"),
            Option<ListenerTlsConfig>.Create(
                "ticket_keys", Forms.OneOrMany(TicketKey),
                "Files of 80 random bytes each, which several machines share: the first encrypts session tickets, all decrypt. Without them the keys are made and "
                + "changed by Sluice itself.",
                (tls, value) => tls with { TicketKeys = value }, "own keys"),
            Option<ListenerTlsConfig>.Create(
                "session_lifetime", Lifetime, "How long a session can be resumed, up to `7d`; own ticket keys change as often.",
                (tls, value) => tls with { SessionLifetimeMs = value }, "`12h`"),
            Option<ListenerTlsConfig>.Create(
                "handshake_timeout", new DurationType(10, 3_600_000), "How long a handshake may take.",
                (tls, value) => tls with { HandshakeTimeoutMs = value }, "`10s`"),
            Option<ListenerTlsConfig>.Create(
                "stapling", Boolean, "Whether the response of the OCSP responder that a certificate names is sent along (RFC 6066, section 8).",
                (tls, value) => tls with { Stapling = value }, "`true`"),
        ],
        place => new ListenerTlsConfig { Location = place })
    {
        OtherNames = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ssl_certificate"] = "certificates",
            ["ssl_ciphers"] = "ciphers",
            ["ssl_protocols"] = "min_version",
            ["ssl_session_ticket_key"] = "ticket_keys",
            ["ssl_client_certificate"] = "client_certificates",
            ["client_auth"] = "client_certificates",
            ["cert"] = "certificates",
        },
    };

    /// <summary>In short <c>auto</c>.</summary>
    internal static ConfigType<ListenerTlsConfig> Value { get; } = new FormsType<ListenerTlsConfig>
    {
        Scalar = new ConvertedType<bool, ListenerTlsConfig>(
            new WordType<bool>(new Word<bool>("auto", true)), (_, place) => new ListenerTlsConfig { IsAutomatic = true, Location = place }),
        Mapping = Type,
    };
}
