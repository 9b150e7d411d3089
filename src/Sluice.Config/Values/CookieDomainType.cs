using System.Diagnostics.CodeAnalysis;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The domain of a cookie.</summary>
/// <param name="mayBeEmpty">Whether there may be none.</param>
internal sealed class CookieDomainType(bool mayBeEmpty) : ScalarType<string>
{
    internal override string Expected => "a domain such as `example.com`";

    internal override string Name => "domain";

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        string name = value.TrimStart('.');
        bool isValid = name.Length == 0 ? mayBeEmpty && value.Length == 0 : HostName.IsHost(name) && value.Length - name.Length <= 1;
        problem = isValid ? null : new ValueProblem(DiagnosticCodes.InvalidResponseRewrite, $"`{value}` is not the domain of a cookie", "a host name without a port");
        return isValid;
    }
}
