using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A mail address, as far as an issuer needs one.</summary>
internal sealed class EmailType : ScalarType<string>
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" ,<>:\"\t\n");

    internal override string Expected => "a mail address";

    internal override string Name => "mail address";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, """[^\s@,<>]+@[^\s@,<>]+""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        int at = value.IndexOf('@', StringComparison.Ordinal);
        bool isAddress = at > 0 && HostName.IsName(value[(at + 1)..]) && !value.AsSpan(0, at).ContainsAny(NotInNames);
        problem = isAddress ? null : new ValueProblem(DiagnosticCodes.InvalidAutomation, $"`{value}` is not a mail address", "such as `ops@example.com`");
        return isAddress;
    }
}
