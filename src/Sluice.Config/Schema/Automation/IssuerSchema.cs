using Sluice.Config.Binding;
using Sluice.Config.Model.Automation;
using Sluice.Config.Values;

namespace Sluice.Config.Schema.Automation;

/// <summary>An entry of <c>issuers</c>.</summary>
internal static class IssuerSchema
{
    private static readonly IssuerDirectoryType Directory = new();

    private static readonly TextType Text = new();

    internal static ObjectType<ExternalAccountConfig> Account { get; } = new(
        "external account",
        [
            Option<ExternalAccountConfig>.Create("key_id", Text, "The identifier of the key, as the issuer gave it.", (account, value) => account with { KeyId = value }, isRequired: true),
            Option<ExternalAccountConfig>.Create(
                "hmac_key", new SecretType(), "The key in base64url, as the issuer gave it; best from a file: `${file:/run/secrets/eab}`. Never shown.",
                (account, value) => account with { HmacKey = value }, isRequired: true),
        ],
        _ => new ExternalAccountConfig());

    internal static ObjectType<IssuerConfig> Type { get; } = new(
        "issuer",
        [
            Option<IssuerConfig>.Create(
                "directory", Directory, "Its ACME directory (RFC 8555): the word for a known one, or a URL.",
                (issuer, value) => issuer with { Directory = value }, isRequired: true),
            Option<IssuerConfig>.Create(
                "name", new NameType(), "What it is called in logs, in `sluice certs` and in the storage; unique.",
                (issuer, value) => issuer with { Name = value }, "the word, or the host of the URL"),
            Option<IssuerConfig>.Create(
                "email", new EmailType(), "Whom it may write to.", (issuer, value) => issuer with { Email = value }, "`email` of `certificates`"),
            Option<IssuerConfig>.Create(
                "ca", new FilePathType(), "A file in PEM with the authorities that its own certificate comes from.",
                (issuer, value) => issuer with { Ca = value }, "those of the system"),
            Option<IssuerConfig>.Create(
                "eab", Account, "The account there that the ACME account is bound to (RFC 8555, section 7.3.4). `zerossl` and `google` need one.",
                (issuer, value) => issuer with { Account = value }, "none"),
            Option<IssuerConfig>.Create(
                "profile", Text, "The profile to order, such as `shortlived`.", (issuer, value) => issuer with { Profile = value }, "the issuer's default"),
            Option<IssuerConfig>.Create(
                "preferred_chain", Text, "The common name of who should have signed the topmost certificate of the chain, where the issuer offers several.",
                (issuer, value) => issuer with { PreferredChain = value }, "the issuer's default"),
        ],
        place => new IssuerConfig { Location = place });

    /// <summary>In short its directory; one or a list.</summary>
    internal static ConfigType<IReadOnlyList<IssuerConfig>> List { get; } = Forms.OneOrMany<IssuerConfig>(new FormsType<IssuerConfig>
    {
        Scalar = new ConvertedType<IssuerDirectory, IssuerConfig>(Directory, (directory, place) => new IssuerConfig { Directory = directory, Location = place }),
        Mapping = Type,
    });
}
