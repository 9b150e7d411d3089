using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>An origin as browsers write it (RFC 6454, section 6.2), or one with wildcards.</summary>
internal sealed class CorsOriginType : ScalarType<CorsOrigin>
{
    internal override string Expected => "an origin such as `https://example.com`, or `*`";

    internal override string Name => "origin";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, """\*|null|[A-Za-z][A-Za-z0-9+.-]*://[^/?#@\s]+""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out CorsOrigin? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        string text = scalar.Text.ToLowerInvariant();
        value = null;
        string? hint = text is "*" or "null" ? null : FindProblem(text);
        if (hint is not null)
        {
            problem = new ValueProblem(DiagnosticCodes.InvalidOrigin, $"`{scalar.Text}` is not an origin", hint);
            return false;
        }

        problem = null;
        text = WithoutDefaultPort(text);
        value = new CorsOrigin(text, text.Contains('*', StringComparison.Ordinal) ? CorsOriginKind.Wildcard : CorsOriginKind.Exact);
        return true;
    }

    private static string? FindProblem(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0)
        {
            return HostName.IsHost(text.Split(':')[0]) ? $"with a scheme: `https://{text}`" : "such as `https://example.com`, `https://*.example.com` or `\"*\"`";
        }

        if (!char.IsAsciiLetter(text[0]) || !text[..scheme].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.'))
        {
            return "the scheme has letters, digits, `+`, `-` and `.`";
        }

        string authority = text[(scheme + 3)..];
        if (authority.AsSpan().ContainsAny('/', '?', '#'))
        {
            return authority.EndsWith('/') ? $"without the slash: `{text.TrimEnd('/')}`" : "no path: an origin is scheme, host and port";
        }

        int colon = authority.LastIndexOf(':');
        bool hasPort = colon > authority.LastIndexOf(']');
        string port = hasPort ? authority[(colon + 1)..] : "";
        string host = hasPort ? authority[..colon] : authority;
        if (hasPort && port != "*" && (!ListenAddress.TryParsePort(port, out int number) || number == 0))
        {
            return "the port is 1 to 65535, or `*`";
        }

        string name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return HostName.IsHost(name) ? null : "a host name, or `*.` and a name for all names below it";
    }

    // Browsers leave it out.
    private static string WithoutDefaultPort(string text) =>
        text.StartsWith("https://", StringComparison.Ordinal) && text.EndsWith(":443", StringComparison.Ordinal) ? text[..^4]
        : text.StartsWith("http://", StringComparison.Ordinal) && text.EndsWith(":80", StringComparison.Ordinal) ? text[..^3]
        : text;
}
