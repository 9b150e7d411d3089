using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>What a request of Sluice's own asks for: a path, and maybe a query.</summary>
internal sealed class RequestTargetType : ScalarType<string>
{
    private const int LengthMax = 2_048;

    internal override string Expected => "a path such as `/healthz`";

    internal override string Name => "path";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text("path to ask for", "/[!-\"$-~]*");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        string? hint =
            value.Contains("://", StringComparison.Ordinal) ? "the path alone: the servers are those of the upstream"
            : !value.StartsWith('/') ? "it begins with `/`"
            : value.Contains('#', StringComparison.Ordinal) ? "fragments are not sent to servers"
            : value.Any(letter => letter is <= ' ' or > '~') ? "percent-encode spaces and characters outside ASCII"
            : value.Length > LengthMax ? $"up to {LengthMax} characters"
            : null;
        problem = hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidPathPattern, $"`{value}` is not a path to ask for", hint);
        return hint is null;
    }
}
