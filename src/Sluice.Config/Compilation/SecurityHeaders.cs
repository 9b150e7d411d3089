using Sluice.Config.Model;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Compilation;

/// <summary>The headers behind <c>security_headers</c>; the reference shows this table. They follow the OWASP Secure Headers Project.</summary>
internal static class SecurityHeaders
{
    private static readonly HeaderEdit[] Removed = [Remove("server"), Remove("x-powered-by"), Remove("x-aspnet-version"), Remove("x-aspnetmvc-version")];

    /// <summary>The changes, in their order. What the server's own response says goes before those that are a default.</summary>
    internal static IReadOnlyList<HeaderEdit> Of(SecurityHeadersConfig preset) => preset switch
    {
        SecurityHeadersConfig.Basic =>
        [
            .. Removed,
            Set("x-content-type-options", "nosniff"),
            Default("x-frame-options", "SAMEORIGIN"),
            Default("referrer-policy", "strict-origin-when-cross-origin"),
            Default("strict-transport-security", "max-age=31536000") with { HttpsOnly = true },
        ],
        SecurityHeadersConfig.Strict =>
        [
            .. Removed,
            Set("x-content-type-options", "nosniff"),
            Default("x-frame-options", "DENY"),
            Default(
                "content-security-policy", "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"),
            Default("referrer-policy", "no-referrer"),
            Default("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            Default("cross-origin-opener-policy", "same-origin"),
            Default("cross-origin-resource-policy", "same-origin"),
            Default("strict-transport-security", "max-age=63072000; includeSubDomains") with { HttpsOnly = true },
        ],
        _ => [],
    };

    private static HeaderEdit Set(string name, string value) => new(HeaderOperation.Set, name, [Template.Parse(value, TemplateScope.Response)]);

    private static HeaderEdit Default(string name, string value) => new(HeaderOperation.Default, name, [Template.Parse(value, TemplateScope.Response)]);

    private static HeaderEdit Remove(string name) => new(HeaderOperation.Remove, name, []);
}
