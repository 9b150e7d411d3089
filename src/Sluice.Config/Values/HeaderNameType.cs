using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The name of a response header that a configuration may set.</summary>
internal sealed class HeaderNameType : ScalarType<string>
{
    // Framing (RFC 9112, section 6), what belongs to one connection (RFC 9110, section 7.6.1), and Date, which the data plane writes.
    private static readonly FrozenSet<string> Forbidden = FrozenSet.ToFrozenSet(
        ["connection", "content-length", "date", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"],
        StringComparer.OrdinalIgnoreCase);

    internal override string Expected => "a header name";

    internal override string Name => "header name";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText(Name, """[!#$%&'*+.^_`|~0-9A-Za-z-]+""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        problem = null;
        if (!FieldNameType.IsToken(value))
        {
            problem = new ValueProblem(DiagnosticCodes.InvalidHeader, $"`{value}` is not a header name", "letters, digits and `-`");
        }
        else if (Forbidden.Contains(value))
        {
            problem = new ValueProblem(DiagnosticCodes.InvalidHeader, $"the header `{value}` can't be set", "Sluice sets it itself");
        }

        return problem is null;
    }
}
