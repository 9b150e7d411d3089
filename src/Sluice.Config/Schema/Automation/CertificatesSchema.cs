using Sluice.Certificates;
using Sluice.Certificates.Keeping;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Automation;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema.Automation;

/// <summary>The value of <c>certificates</c>.</summary>
internal static class CertificatesSchema
{
    private static readonly WordType<ChallengeKind> Challenge = new(
        new("http-01", ChallengeKind.Http01), new("tls-alpn-01", ChallengeKind.TlsAlpn01), new("dns-01", ChallengeKind.Dns01));

    private static readonly WordType<KeyType> Key = new(
        new("p256", KeyType.P256), new("p384", KeyType.P384), new("rsa2048", KeyType.Rsa2048), new("rsa3072", KeyType.Rsa3072), new("rsa4096", KeyType.Rsa4096));

    private static readonly ConfigType<CertificateNameConfig> HostName =
        new ConvertedType<HostMatch, CertificateNameConfig>(new HostPatternType(), (host, place) => new CertificateNameConfig(host, place));

    internal static ObjectType<OnDemandConfig> OnDemand { get; } = new(
        "on_demand",
        [
            Option<OnDemandConfig>.Create(
                "ask", new HttpUrlType(), "Who decides: `GET URL?domain=NAME` answers 200 for a name that may have one; anything else refuses. Without it anybody could order any name.",
                (onDemand, value) => onDemand with { Ask = value }, isRequired: true),
            Option<OnDemandConfig>.Create("rate", new RateType(), "How many may be ordered.", (onDemand, value) => onDemand with { Rate = value }, "`10/1m`"),
        ],
        place => new OnDemandConfig { Location = place });

    internal static ObjectType<CertificatesConfig> Type { get; } = new(
        "certificates",
        [
            Option<CertificatesConfig>.Create(
                "storage", new FilePathType(), "The folder that they are kept in, which several machines may share.",
                (config, value) => config with { Storage = value }, "`$STATE_DIRECTORY`, which systemd sets, `/var/lib/sluice` for root, else `$XDG_DATA_HOME/sluice` or `~/.local/share/sluice`"),
            Option<CertificatesConfig>.Create(
                "email", new EmailType(), "Whom issuers may write to.", (config, value) => config with { Email = value }, "nobody"),
            Option<CertificatesConfig>.Create(
                "issuers", IssuerSchema.List, "Who issues them: the first, and when that fails the next. In short the word for a known one or the URL of its directory.",
                (config, value) => config with { Issuers = value }, "`letsencrypt`"),
            Option<CertificatesConfig>.Create(
                "staging", new BooleanType(), "Whether `letsencrypt_staging` takes the place of `letsencrypt`: for trying things out, since nobody trusts its certificates.",
                (config, value) => config with { IsStaging = value }, "`false`"),
            Option<CertificatesConfig>.Create(
                "challenges",
                new ConvertedType<IReadOnlyList<ChallengeKind>, (IReadOnlyList<ChallengeKind> Kinds, SourceLocation Place)>(Forms.OneOrMany(Challenge), (value, place) => (value, place)),
                "How names are proved, the preferred one first: `http-01` on port 80, `tls-alpn-01` on port 443, `dns-01` by a record in the DNS, which wildcards need.",
                (config, value) => config with { Challenges = value.Kinds, ChallengesLocation = value.Place }, "those that the listeners and `dns` allow"),
            Option<CertificatesConfig>.Create("dns", DnsSchema.Type, "Who puts records into the DNS.", (config, value) => config with { Dns = value }, "nobody"),
            Option<CertificatesConfig>.Create("key_type", Key, "The kind of key of new certificates.", (config, value) => config with { KeyType = value }, "`p256`"),
            Option<CertificatesConfig>.Create(
                "names", Forms.OneOrMany(HostName), "Names besides the hosts of the routes that listeners with `tls: auto` serve.",
                (config, value) => config with { Names = value }, "none"),
            Option<CertificatesConfig>.Create(
                "on_demand", OnDemand, "Certificates for other names, obtained when a client first asks for one.",
                (config, value) => config with { OnDemand = value }, "none"),
        ],
        place => new CertificatesConfig { Location = place });
}
