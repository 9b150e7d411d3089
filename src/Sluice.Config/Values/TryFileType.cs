using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Values;

/// <summary>A place where a file is looked for, such as <c>{path}.html</c> or <c>/index.html</c>; or <c>=404</c>.</summary>
internal sealed class TryFileType : ScalarType<TryFileConfig>
{
    private const string PathVariable = "{path}";
    private const string Hint = "such as `{path}`, `{path}/`, `{path}.html`, `/index.html` or `=404`";

    internal override string Expected => "a place such as `{path}.html`";

    internal override string Name => "place of a file";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, "=[45][0-9][0-9]|[^{}]*(\\{path\\})?[^{}]*");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out TryFileConfig? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        string text = scalar.Text;
        value = text.StartsWith('=') ? ReadStatus(text, scalar.Location) : ReadPlace(text, scalar.Location);
        problem = value is not null ? null : new ValueProblem(DiagnosticCodes.InvalidFileRule, $"`{text}` is no place to look for a file", HintFor(text));
        return value is not null;
    }

    private static TryFileConfig? ReadStatus(string text, SourceLocation location)
    {
        bool isNumber = int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int status);
        return isNumber && status is >= 400 and <= 599 ? new TryFileConfig(null, status, location) : null;
    }

    private static TryFileConfig? ReadPlace(string text, SourceLocation location)
    {
        int at = text.IndexOf(PathVariable, StringComparison.Ordinal);
        string before = at < 0 ? text : text[..at];
        string after = at < 0 ? "" : text[(at + PathVariable.Length)..];
        bool isPath = (at == 0 || before.StartsWith('/')) && !text.Contains('\0', StringComparison.Ordinal);
        bool hasOtherBraces = (before + after).AsSpan().ContainsAny('{', '}');
        bool leadsAway = (before + after).Split('/').Any(segment => segment is "." or "..");
        return isPath && !hasOtherBraces && !leadsAway ? new TryFileConfig(new TryFile(before, at >= 0, after), 0, location) : null;
    }

    // What it is called elsewhere.
    private static string HintFor(string text) =>
        text.StartsWith("$uri", StringComparison.Ordinal) ? $"did you mean `{text.Replace("$uri", PathVariable, StringComparison.Ordinal)}`?"
        : text.Contains("{uri}", StringComparison.Ordinal) ? $"did you mean `{text.Replace("{uri}", PathVariable, StringComparison.Ordinal)}`?"
        : text.Length > 0 && text[0] is not ('/' or '=' or '{') ? $"did you mean `/{text}`?"
        : Hint;
}
