using Sluice.Config.Binding;
using Sluice.Config.Model.Tls;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Tls;

namespace Sluice.Config.Schema.Tls;

/// <summary>The certificates that clients show.</summary>
internal static class ClientCertificateSchema
{
    internal static ObjectType<ClientCertificateConfig> Type { get; } = new(
        "client certificate policy",
        [
            Option<ClientCertificateConfig>.Create(
                "hosts", Forms.OneOrMany<HostMatch>(new HostPatternType()),
                "The hosts for which it holds, by the name that the client asks for (SNI): names, or `*.example.com` for every name below.",
                (config, value) => config with { Hosts = value }, "all that no other entry names, and clients that name none"),
            Option<ClientCertificateConfig>.Create(
                "mode", new WordType<ClientCertificateMode>(new("required", ClientCertificateMode.Required), new("optional", ClientCertificateMode.Optional)),
                "`required`: no connection without a certificate that verifies. `optional`: none will do, but not one that doesn't verify.",
                (config, value) => config with { Mode = value }, "`required`"),
            .. TrustSchema.For<ClientCertificateConfig>(
                config => config.Trust,
                (config, trust) => config with { Trust = trust },
                "A file in PEM with the authorities that certificates come from.",
                isRequired: true),
        ],
        place => new ClientCertificateConfig { Location = place });

    /// <summary>In short the file of the authorities.</summary>
    internal static ConfigType<IReadOnlyList<ClientCertificateConfig>> Value { get; } = Forms.OneOrMany<ClientCertificateConfig>(new FormsType<ClientCertificateConfig>
    {
        Scalar = new ConvertedType<FileUseConfig, ClientCertificateConfig>(
            new FilePathType(), (file, place) => new ClientCertificateConfig { Trust = new TrustConfig { Ca = file }, Location = place }),
        Mapping = Type,
    });
}
