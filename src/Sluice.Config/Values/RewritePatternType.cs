using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A regular expression that doesn't backtrack (no look-around, no back-references).</summary>
internal sealed class RewritePatternType : ScalarType<string>
{
    internal override string Expected => "a regular expression such as `^/user/([0-9]+)$`";

    internal override string Name => "regular expression";

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        problem = null;
        try
        {
            _ = new Regex(value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException exception)
        {
            problem = new ValueProblem(DiagnosticCodes.InvalidRewrite, $"`{value}` is not a regular expression", exception.Message);
        }
        catch (NotSupportedException)
        {
            problem = new ValueProblem(
                DiagnosticCodes.InvalidRewrite, $"`{value}` can't be matched in bounded time", "no look-around, back-references or atomic groups");
        }

        return problem is null;
    }
}
