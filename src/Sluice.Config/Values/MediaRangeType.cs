using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A media type without parameters, or several: <c>text/*</c>, <c>application/*+json</c>, <c>*/*</c>.</summary>
internal sealed class MediaRangeType : ScalarType<string>
{
    internal override string Expected => "a media type such as `text/*`";

    internal override string Name => "media type";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, @"\*/\*|[!-~]+/[!-~]+");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        string text = scalar.Text.ToLowerInvariant();
        value = text == "*/*" ? "*" : text;
        string[] sides = text.Split('/');
        bool isRange = text == "*/*" || (sides.Length == 2 && sides.All(IsToken) && text.Count(letter => letter == '*') <= 1);
        problem = isRange ? null : new ValueProblem(
            DiagnosticCodes.InvalidMediaRange, $"`{scalar.Text}` is not a media type", "such as `text/html`, `text/*` or `application/*+json`, without parameters");
        return isRange;
    }

    private static bool IsToken(string text) =>
        text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));
}
