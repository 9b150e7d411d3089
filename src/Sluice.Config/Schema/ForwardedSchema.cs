using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Schema.Tls;
using Sluice.Config.Values;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>forwarded</c>.</summary>
internal static class ForwardedSchema
{
    private static readonly BooleanType Boolean = new();

    internal static ObjectType<ForwardedConfig> Type { get; } = new(
        "forwarded",
        [
            Option<ForwardedConfig>.Create(
                "x_forwarded", Boolean, "Send `X-Forwarded-For`, `X-Forwarded-Proto`, `X-Forwarded-Host` and `X-Real-IP`.",
                (forwarded, value) => forwarded with { XForwarded = value }, "`true`"),
            Option<ForwardedConfig>.Create(
                "rfc7239", Boolean, "Send `Forwarded` (RFC 7239).", (forwarded, value) => forwarded with { Rfc7239 = value }, "`false`"),
            Option<ForwardedConfig>.Create(
                "via", Boolean, "Add `Via` (RFC 9110, section 7.6.3) in both directions.",
                (forwarded, value) => forwarded with { Via = value }, "`false`"),
            Option<ForwardedConfig>.Create(
                "client_certificate", ClientIdentitySchema.Value,
                "Tell servers about the certificate that a client showed and that was verified. In short `true`: by `Client-Cert` (RFC 9440). What clients send "
                + "under these names is removed.",
                (forwarded, value) => forwarded with { ClientIdentity = value }, "`false`"),
        ],
        _ => new ForwardedConfig());
}
