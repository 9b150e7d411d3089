using Sluice.Config.Binding;
using Sluice.Config.Model.Tls;
using Sluice.Config.Values;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Schema.Tls;

/// <summary>The options about versions and ciphers that both sides share. The defaults are those of <see cref="TlsProtocolPlan"/>, as a test checks.</summary>
internal static class TlsProtocolSchema
{
    private static readonly WordType<TlsVersion> Version = new(new("1.2", TlsVersion.Tls12), new("1.3", TlsVersion.Tls13));

    private static readonly WordType<TlsProfile> Profile = new(new("modern", TlsProfile.Modern), new("intermediate", TlsProfile.Intermediate));

    /// <summary>The options for a record that has them.</summary>
    internal static Option<TOwner>[] For<TOwner>(Func<TOwner, TlsProtocolConfig> get, Func<TOwner, TlsProtocolConfig, TOwner> set)
    {
        Option<TOwner> Setting<TValue>(
            string key, ConfigType<TValue> type, string meaning, Func<TlsProtocolConfig, TValue, TlsProtocolConfig> with, string byDefault) =>
            Option<TOwner>.Create(
                key,
                new ConvertedType<TValue, Func<TlsProtocolConfig, TlsProtocolConfig>>(type, (value, place) => config => with(config, value) with { Location = place }),
                meaning,
                (owner, change) => set(owner, change(get(owner))),
                byDefault);

        return
        [
            Setting("profile", Profile,
                "`intermediate` is TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only (RFC 9325), `modern` is TLS 1.3 only. "
                + "What the options below say goes before.",
                (config, value) => config with { Profile = value }, "`intermediate`"),
            Setting("min_version", Version, "The oldest version.", (config, value) => config with { MinVersion = value }, "`1.2`"),
            Setting("max_version", Version, "The newest version.", (config, value) => config with { MaxVersion = value }, "`1.3`"),
            Setting("ciphers", OpenSslWordsType.Ciphers, "The ciphers of TLS 1.2, the preferred one first, in OpenSSL's words. A text with colons between them will do, too.",
                (config, value) => config with { Ciphers = value }, Words(TlsProtocolPlan.DefaultCiphers)),
            Setting("cipher_suites", OpenSslWordsType.CipherSuites, "The same for TLS 1.3.",
                (config, value) => config with { CipherSuites = value }, Words(TlsProtocolPlan.DefaultCipherSuites)),
            Setting("groups", OpenSslWordsType.Groups, "Groups for the key exchange, the preferred one first.",
                (config, value) => config with { Groups = value }, Words(TlsProtocolPlan.DefaultGroups)),
        ];
    }

    private static string Words(string list) => string.Join(", ", list.Split(':').Select(word => $"`{word}`"));
}
