using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The path of a cookie (RFC 6265, section 4.1.2.4).</summary>
internal sealed class CookiePathType : ScalarType<string>
{
    private const int LengthMax = 256;

    internal override string Expected => "a path such as `/`";

    internal override string Name => "path";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text("cookie path", "/[!-:<-~]{0,255}");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        bool isPath = value.Length is > 0 and <= LengthMax && value[0] == '/' && value.All(letter => letter is > ' ' and <= '~' and not ';');
        problem = isPath ? null : new ValueProblem(
            DiagnosticCodes.InvalidCookiePath, $"`{scalar.Text}` is not the path of a cookie", "begins with `/`; visible ASCII without `;`");
        return isPath;
    }
}
