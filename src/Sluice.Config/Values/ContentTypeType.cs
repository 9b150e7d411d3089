using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>A <c>Content-Type</c> (RFC 9110, section 8.3): a media type, and parameters behind semicolons.</summary>
internal sealed class ContentTypeType : ScalarType<PageConfig>
{
    internal override string Expected => "a content type such as `text/html; charset=utf-8`";

    internal override string Name => "content type";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text(Name, """[!-~]+/[!-~]+( *;[ -~]*)?""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out PageConfig? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        string[] parts = scalar.Text.Split(';');
        string[] type = parts[0].TrimEnd(' ').Split('/');
        bool isType = type.Length == 2 && type.All(IsToken) && parts.Skip(1).All(IsParameter);
        value = isType ? new PageConfig { ContentType = scalar.Text, ContentTypeLocation = scalar.Location } : null;
        problem = isType ? null : new ValueProblem(
            DiagnosticCodes.InvalidContentType, $"`{scalar.Text}` is not a content type", "such as `text/html; charset=utf-8` or `application/json`");
        return isType;
    }

    private static bool IsParameter(string text)
    {
        string[] sides = text.Trim(' ').Split('=', 2);
        return sides.Length == 2 && IsToken(sides[0]) && IsToken(sides[1].Trim('"'));
    }

    private static bool IsToken(string text) =>
        text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));
}
