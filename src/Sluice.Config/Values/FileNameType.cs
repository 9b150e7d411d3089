using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The name of a file in some folder, or the ending of one.</summary>
/// <param name="isEnding">Whether it is an ending, with or without its dot, in any case.</param>
internal sealed class FileNameType(bool isEnding) : ScalarType<string>
{
    internal override string Expected => isEnding ? "an ending such as `md`" : "a name such as `index.html`";

    internal override string Name => isEnding ? "ending" : "file name";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.AnyText(Name, isEnding ? "\\.?[^./]+" : "[^/]+");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        string text = isEnding ? scalar.Text.TrimStart('.').ToLowerInvariant() : scalar.Text;
        bool isGood = text.Length > 0 && text is not ("." or "..") && !text.AsSpan().ContainsAny('/', '\0') && !(isEnding && text.Contains('.', StringComparison.Ordinal));
        value = isGood ? text : null;
        problem = isGood ? null : new ValueProblem(
            DiagnosticCodes.InvalidFileRule, $"`{scalar.Text}` is not {(isEnding ? "an ending" : "a name")}", isEnding ? "what is behind the last dot of a name: `md`" : "without a slash: `index.html`");
        return isGood;
    }
}
