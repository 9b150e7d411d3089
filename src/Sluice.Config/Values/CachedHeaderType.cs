using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The name of a header of requests that servers get behind a cache; in lower case.</summary>
internal sealed class CachedHeaderType : ScalarType<string>
{
    // What frames a message or belongs to a connection is Sluice's to write (RFC 9112, section 6; RFC 9110, section 7.6.1); the host is in every key.
    private static readonly FrozenSet<string> Forbidden = FrozenSet.ToFrozenSet(
        ["connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"],
        StringComparer.Ordinal);

    // Asked for by the cache, which answers clients' conditions and ranges itself (RFC 9111, section 4.3.2).
    private static readonly FrozenSet<string> OfTheCache = FrozenSet.ToFrozenSet(
        ["if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "range"], StringComparer.Ordinal);

    internal override string Expected => "a header name";

    internal override string Name => "header name";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText(Name, """[!#$%&'*+.^_`|~0-9A-Za-z-]+""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text.ToLowerInvariant();
        problem =
            value == "*" ? new ValueProblem(DiagnosticCodes.InvalidHeader, "`*` is not a header name", "name them one by one; `trust_headers: any` is every header")
            : !FieldNameType.IsToken(value) ? new ValueProblem(DiagnosticCodes.InvalidHeader, $"`{scalar.Text}` is not a header name", "letters, digits and `-`")
            : value == "host" ? new ValueProblem(DiagnosticCodes.InvalidHeader, "`host` tells responses apart in any case", "leave it out")
            : Forbidden.Contains(value) ? new ValueProblem(DiagnosticCodes.InvalidHeader, $"the header `{value}` does not get to servers as it came", "Sluice sets it itself")
            : OfTheCache.Contains(value) ? new ValueProblem(DiagnosticCodes.InvalidHeader, $"the header `{value}` is for the cache", "it answers conditions and ranges itself")
            : null;
        return problem is null;
    }
}
