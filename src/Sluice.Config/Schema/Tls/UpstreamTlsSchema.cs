using Sluice.Config.Binding;
using Sluice.Config.Model.Tls;
using Sluice.Config.Values;

namespace Sluice.Config.Schema.Tls;

/// <summary>The value of <c>tls</c> of an upstream. The defaults are those of <see cref="Sluice.Proxy.Plans.Tls.UpstreamTlsPlan"/>, as a test checks.</summary>
internal static class UpstreamTlsSchema
{
    private static readonly BooleanType Boolean = new();

    internal static ObjectType<UpstreamTlsConfig> Type { get; } = new(
        "upstream tls",
        [
            .. TrustSchema.For<UpstreamTlsConfig>(
                tls => tls.Trust,
                (tls, trust) => tls with { Trust = trust },
                "A file in PEM with the authorities that the servers' certificates come from.",
                isRequired: false),
            Option<UpstreamTlsConfig>.Create(
                "server_name", new ServerNameType(), "The name that servers are asked for (SNI) and that has to be in their certificate.",
                (tls, value) => tls with { ServerName = value }, "the host of the URL"),
            Option<UpstreamTlsConfig>.Create(
                "client_certificate", CertificateSchema.OfUpstreams, "What is shown to servers that ask for a certificate.",
                (tls, value) => tls with { ClientCertificate = value }, "none"),
            .. TlsProtocolSchema.For<UpstreamTlsConfig>(tls => tls.Protocol, (tls, protocol) => tls with { Protocol = protocol }),
            Option<UpstreamTlsConfig>.Create(
                "resumption", Boolean, "Whether sessions are resumed instead of doing a full handshake for each connection.",
                (tls, value) => tls with { Resumption = value }, "`true`"),
            Option<UpstreamTlsConfig>.Create(
                "unsafe_skip_verify", new ConvertedType<bool, (bool IsOn, Diagnostics.SourceLocation Place)>(Boolean, (value, place) => (value, place)),
                "Take any certificate, or none that can be verified: whoever gets between Sluice and the servers can read and change everything.",
                (tls, value) => tls with { SkipVerify = value.IsOn, SkipVerifyLocation = value.Place }, "`false`"),
        ],
        place => new UpstreamTlsConfig { Location = place });
}
