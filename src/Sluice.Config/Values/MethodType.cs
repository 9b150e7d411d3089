using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A method that requests may have (RFC 9110, section 9.1). Any token is one; those in small letters are slips.</summary>
internal sealed class MethodType : ScalarType<string>
{
    private const int LengthMax = 32;

    internal override string Expected => "a method such as `GET`";

    internal override string Name => "method";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, """[!#$%&'*+.^_`|~0-9A-Za-z-]+""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        string? hint =
            !FieldNameType.IsToken(value) || value.Length > LengthMax ? "such as `GET`; several as a list: `[GET, POST]`"
            : value is "CONNECT" or "TRACE" ? "such requests are refused before they are routed"
            : value.Any(char.IsAsciiLetterLower) && !value.Any(char.IsAsciiLetterUpper) ? $"methods are case-sensitive: `{value.ToUpperInvariant()}`"
            : null;
        problem = hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidMethod, $"`{value}` is not a method that requests can have", hint);
        return problem is null;
    }
}
