using System.Diagnostics.CodeAnalysis;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The name of a query parameter, without percent-encoding.</summary>
internal sealed class ParameterNameType : ScalarType<string>
{
    private const int LengthMax = 256;

    internal override string Expected => "the name of a query parameter";

    internal override string Name => "parameter name";

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        bool isName = value.Length is > 0 and <= LengthMax && value.All(letter => letter is > ' ' and <= '~' and not ('&' or '=' or '#'));
        problem = isName ? null : new ValueProblem(
            DiagnosticCodes.InvalidParameterName, $"`{scalar.Text}` is not the name of a query parameter", "visible ASCII without `&`, `=` and `#`");
        return isName;
    }
}
