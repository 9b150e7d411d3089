using System.Diagnostics.CodeAnalysis;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The beginning of URLs: with a scheme and an authority, or a path.</summary>
internal sealed class UrlPrefixType : ScalarType<string>
{
    internal override string Expected => "the beginning of a URL such as `http://app.internal:8080/` or `/app/`";

    internal override string Name => "URL prefix";

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        value = scalar.Text;
        bool isUrl = value.StartsWith("http://", StringComparison.Ordinal) || value.StartsWith("https://", StringComparison.Ordinal);
        string? hint =
            value.Any(letter => letter is <= ' ' or > '~' or '"' or '<' or '>' or '\\') ? "printable ASCII without blanks; percent-encode everything else"
            : isUrl && value.IndexOf("//", StringComparison.Ordinal) + 2 == value.Length ? "a host is missing"
            : isUrl || (value.StartsWith('/') && !value.StartsWith("//", StringComparison.Ordinal)) ? null
            : "it begins with `http://`, `https://` or a single `/`";
        problem = hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidResponseRewrite, $"`{value}` is not the beginning of a URL", hint);
        return hint is null;
    }
}
