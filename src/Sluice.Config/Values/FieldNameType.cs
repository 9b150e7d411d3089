using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The name of a header or cookie that a request may have: a token (RFC 9110, section 5.6.2; RFC 6265, section 4.1.1).</summary>
/// <param name="noun">Which of the two.</param>
internal sealed class FieldNameType(string noun) : ScalarType<string>
{
    internal override string Expected => $"the name of a {noun}";

    internal override string Name => $"{noun} name";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText(Name, """[!#$%&'*+.^_`|~0-9A-Za-z-]+""");

    internal static bool IsToken(string text) =>
        text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        problem = IsToken(value) ? null : new ValueProblem(
            DiagnosticCodes.InvalidFieldName, $"`{value}` is not the name of a {noun}", "letters, digits and ``!#$%&'*+-.^_`|~``");
        return problem is null;
    }
}
