using System.Diagnostics.CodeAnalysis;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The beginning of the path of a cookie.</summary>
internal sealed class CookiePathType : ScalarType<string>
{
    internal override string Expected => "a path such as `/app`";

    internal override string Name => "path prefix";

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        string? hint = !value.StartsWith('/') ? "it begins with `/`"
            : value.Any(letter => letter is <= ' ' or > '~' or ';') ? "printable ASCII without blanks and semicolons"
            : null;
        problem = hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidResponseRewrite, $"`{value}` is not the path of a cookie", hint);
        return hint is null;
    }
}
