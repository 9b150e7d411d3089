using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Yaml;

namespace Sluice.Config.Values;

/// <summary>The URL of something that is asked over HTTP.</summary>
/// <param name="isSecure">Whether it has to be https, but on this machine.</param>
internal sealed class HttpUrlType(bool isSecure = false) : ScalarType<Uri>
{
    internal override string Expected => isSecure ? "a URL such as `https://ca.internal/directory`" : "a URL such as `http://127.0.0.1:9000/allowed`";

    internal override string Name => "URL";

    internal override JsonObject DescribeSchema(SchemaWriter schema) => schema.Text("http url", """[Hh][Tt][Tt][Pp][Ss]?://[^\s#]+""");

    protected override bool TryParse(ScalarNode scalar, [NotNullWhen(true)] out Uri? value, [NotNullWhen(false)] out ValueProblem? problem)
    {
        bool isUrl = Uri.TryCreate(scalar.Text, UriKind.Absolute, out value) && value.Scheme is "http" or "https";
        string? hint =
            !isUrl ? "it begins with `https://` or `http://`"
            : value!.UserInfo.Length > 0 ? "no credentials in it"
            : value.Fragment.Length > 0 ? "no fragment"
            : isSecure && value.Scheme == "http" && !value.IsLoopback ? "only `https://`, but on this machine"
            : null;
        problem = hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidAutomation, $"`{scalar.Text}` is not a URL for this", hint);
        return hint is null;
    }
}
