using System.Diagnostics.CodeAnalysis;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The beginning of paths, in whole segments: <c>/api</c>.</summary>
internal sealed class PathPrefixType : ScalarType<string>
{
    internal override string Expected => "the beginning of a path such as `/api`";

    internal override string Name => "path prefix";

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        string? hint =
            value == "/" ? "the root is no prefix: leave it out"
            : value.EndsWith('/') ? $"without the slash at its end: `{value.TrimEnd('/')}`"
            : value.StartsWith("//", StringComparison.Ordinal) ? "with one slash at its beginning"
            : value.Contains('*', StringComparison.Ordinal) ? "without `*`: it is always whole segments"
            : value.Contains('{', StringComparison.Ordinal) ? "without variables: `replace` takes them"
            : PathPatternType.FindProblem(value, value);
        problem = hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidRewrite, $"`{value}` is not the beginning of a path", hint);
        return hint is null;
    }
}
