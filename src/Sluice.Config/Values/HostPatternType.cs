using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;
using Sluice.Http.Uris;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>A host that a route takes: <c>example.com</c> or <c>*.example.com</c>.</summary>
internal sealed class HostPatternType : ScalarType<HostMatch>
{
    internal override string Expected => "a host such as `example.com`";

    internal override string Name => "host";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, """(\*\.)?[0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\]""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out HostMatch? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        string text = scalar.Text;
        bool isWildcard = text.StartsWith("*.", StringComparison.Ordinal);
        string name = isWildcard ? text[2..] : text;
        string? canonical = isWildcard && !HostName.IsName(name) ? null : Canonical(name);
        bool isValid = canonical is not null;
        value = isValid ? new HostMatch(canonical!, isWildcard) : null;
        problem = isValid ? null : new ValueProblem(DiagnosticCodes.InvalidHostPattern, $"`{text}` is not a host", HintFor(text));
        return isValid;
    }

    private static string HintFor(string text) =>
        text == "*" ? "leave out `host` to take every host"
        : text.Contains("://", StringComparison.Ordinal) ? "without a scheme"
        : text.Contains('/', StringComparison.Ordinal) ? "a path goes to `path`"
        : text.Contains('*', StringComparison.Ordinal) ? "`*` stands only at the beginning: `*.example.com`; anything else is `{ regex: … }`"
        : text.Any(letter => letter > '\u007f') ? "write it in its ASCII form, `xn--…`"
        : text.EndsWith('.') ? "without the trailing dot"
        : text.Contains(':', StringComparison.Ordinal) ? "without a port; an IPv6 address in brackets"
        : "such as `example.com` or `*.example.com`";

    // The host of a request is compared in its canonical form: lower case, IPv6 addresses as RFC 5952 has them.
    private static string? Canonical(string name)
    {
        Span<byte> text = stackalloc byte[AuthorityParser.ScratchBytes];
        Span<byte> scratch = stackalloc byte[AuthorityParser.ScratchBytes];
        if (name.Length > text.Length || !HostName.IsHost(name))
        {
            return null;
        }

        text = text[..Encoding.ASCII.GetBytes(name, text)];
        return AuthorityParser.TryParse(text, defaultPort: 0, scratch, out AuthorityParts parts)
            ? Encoding.ASCII.GetString((parts.IsRewritten ? scratch : text)[..parts.HostLength])
            : null;
    }
}
