using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The name of a value in a query, of characters that need no encoding.</summary>
internal sealed class QueryNameType : ScalarType<string>
{
    internal override string Expected => "the name of a value in a query";

    internal override string Name => "query name";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText(Name, "[0-9A-Za-z_.~-]+");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        bool isName = value.Length > 0 && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '~');
        problem = isName ? null : new ValueProblem(DiagnosticCodes.InvalidRewrite, $"`{value}` is not a name in a query", "letters, digits, `-`, `_`, `.` and `~`");
        return isName;
    }
}
