using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A name that the user gives to something, fit for logs, metric labels and command lines.</summary>
internal sealed class NameType : ScalarType<string>
{
    private const int LengthMax = 64;

    internal override string Expected => "a name";

    internal override string Name => "name";

    internal static bool IsName(string text) =>
        text.Length is > 0 and <= LengthMax
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.');

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText(Name, "[0-9A-Za-z][0-9A-Za-z._-]{0,63}");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isName = IsName(scalar.Text);
        value = isName ? scalar.Text : null;
        problem = isName ? null : new ValueProblem(
            DiagnosticCodes.InvalidName, $"`{scalar.Text}` is not a name", "letters, digits, `_`, `-` and `.`, up to 64 of them");
        return isName;
    }
}
