using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The value of a header: printable ASCII, so that it can't split the message.</summary>
internal sealed class HeaderValueType : ScalarType<string>
{
    internal override string Expected => "a text";

    internal override string Name => "text";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText("header value", """([!-~]([\t -~]*[!-~])?)?""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        string? hint =
            value.AsSpan().ContainsAny('\r', '\n', '\0') ? "no line ends and no NUL"
            : value.Any(letter => letter is (< ' ' and not '\t') or > '~') ? "printable ASCII only"
            : value.Trim(' ', '\t').Length != value.Length ? "no spaces at its ends"
            : null;
        problem = hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidHeader, "the header value can't be sent", hint);
        return problem is null;
    }
}
