using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Config.Yaml;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Values;

/// <summary>A path with variables, or where redirects are allowed to, a whole URL.</summary>
/// <param name="isRedirect">Whether it is the target of a redirect, otherwise of a rewrite.</param>
internal sealed class UriTemplateType(bool isRedirect) : TemplateType(TemplateScope.Request)
{
    /// <summary>The word for the same host and URI by https.</summary>
    internal const string HttpsWord = "https";

    // RFC 3986, section 2: no blanks, quotes, angle brackets, backslashes.
    private static readonly SearchValues<char> UriCharacters = SearchValues.Create(
        "-._~!$&'()*+,;=:@/?#%[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> EndsOfAuthority = SearchValues.Create("/?#");

    internal override string Expected => isRedirect ? "a path or URL, or `https`" : "a path";

    internal override bool TryRead(YamlNode node, DiagnosticBag diagnostics, [MaybeNullWhen(false)] out TemplateConfig value)
    {
        if (isRedirect && node is ScalarNode { Text: HttpsWord } scalar)
        {
            value = new TemplateConfig(Template.Parse("https://{host}{uri}", TemplateScope.Request) with { Text = HttpsWord }, scalar.Location);
            return true;
        }

        return base.TryRead(node, diagnostics, out value);
    }

    protected override ValueProblem? FindFixedTextProblem(Template template)
    {
        string text = TextOf(template);
        string? hint =
            text.AsSpan().ContainsAnyExcept(UriCharacters) ? "percent-encode what can't stand in a URL (RFC 3986, section 2)"
            : TextAt(template, 0).StartsWith("//", StringComparison.Ordinal) ? "with one slash at its beginning"
            : IsPath(template) ? (isRedirect || !text.Contains('#', StringComparison.Ordinal) ? null : "a server gets no fragment")
            : isRedirect ? FindUrlProblem(template)
            : "it begins with `/`";
        string what = isRedirect ? "the target of a redirect" : "a path";
        return hint is null ? null : new ValueProblem(isRedirect ? DiagnosticCodes.InvalidRedirect : DiagnosticCodes.InvalidRewrite, $"`{template.Text}` is not {what}", hint);
    }

    private static string TextOf(Template template) =>
        string.Concat(template.Parts.Where(part => part.Variable == TemplateVariable.None).Select(part => Encoding.UTF8.GetString(part.Text.Span)));

    private static bool IsPath(Template template) =>
        template.Parts.Count > 0
        && (template.Parts[0].Variable is TemplateVariable.Path or TemplateVariable.Uri || TextAt(template, 0).StartsWith('/'));

    private static string TextAt(Template template, int index) =>
        index < template.Parts.Count && template.Parts[index].Variable == TemplateVariable.None ? Encoding.UTF8.GetString(template.Parts[index].Text.Span) : "";

    // The scheme is fixed, and the authority ends before anything that a client could write more of it with.
    private static string? FindUrlProblem(Template template)
    {
        const string Wanted = "a path such as `/new`, or a URL that begins with `https://`, `http://` or `{scheme}://`";
        int index = template.Parts.Count > 0 && template.Parts[0].Variable == TemplateVariable.Scheme ? 1 : 0;
        string text = TextAt(template, index);
        string? scheme = (index == 1 ? ["://"] : (string[])["https://", "http://"]).FirstOrDefault(known => text.StartsWith(known, StringComparison.Ordinal));
        if (scheme is null)
        {
            return Wanted;
        }

        bool isEmpty = true;
        for (string rest = text[scheme.Length..]; ; rest = TextAt(template, index))
        {
            int end = rest.AsSpan().IndexOfAny(EndsOfAuthority);
            ReadOnlySpan<char> authority = end < 0 ? rest : rest.AsSpan(0, end);
            isEmpty &= authority.IsEmpty;
            TemplateVariable next = ++index < template.Parts.Count ? template.Parts[index].Variable : TemplateVariable.Path;
            if (authority.Contains('@'))
            {
                return "no credentials";
            }

            if (end >= 0 || next is TemplateVariable.Path or TemplateVariable.Uri)
            {
                return isEmpty ? "the URL has no host" : null;
            }

            if (next is not (TemplateVariable.None or TemplateVariable.Host or TemplateVariable.Authority))
            {
                return "a request could choose the host: only `{host}` and `{authority}` may stand there, and a slash behind it";
            }

            isEmpty &= next == TemplateVariable.None;
        }
    }
}
