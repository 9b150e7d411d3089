using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The name of a header that scripts may send or read, or <c>*</c> for every one, which is a token, too.</summary>
internal sealed class CorsHeaderNameType : ScalarType<string>
{
    internal override string Expected => "a header name or `*`";

    internal override string Name => "header name";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText(Name, """[!#$%&'*+.^_`|~0-9A-Za-z-]+""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        bool isToken = value.Length > 0 && value.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));
        problem = isToken ? null : new ValueProblem(DiagnosticCodes.InvalidHeader, $"`{value}` is not a header name", "letters, digits and `-`, or `*`");
        return isToken;
    }
}
