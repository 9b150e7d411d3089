using System.Text;
using Sluice.Config.Binding;
using Sluice.Config.Diagnostics;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Values;

/// <summary>The value of a header with variables; the text around them is printable ASCII, so that it can't split the message.</summary>
internal sealed class HeaderTemplateType(TemplateScope scope) : TemplateType(scope)
{
    // With the fields that are added, half of what the largest buffer of the proxy holds.
    private const int BytesMax = 16 * 1024;

    protected override ValueProblem? FindFixedTextProblem(Template template)
    {
        string text = string.Concat(template.Parts.Where(part => part.Variable == TemplateVariable.None).Select(part => Encoding.UTF8.GetString(part.Text.Span)));
        string? hint =
            template.Parts.Count == 0 ? "to send a header without a value means nothing: use `remove`"
            : text.AsSpan().ContainsAny('\r', '\n', '\0') ? "no line ends and no NUL"
            : text.Any(letter => letter is (< ' ' and not '\t') or > '~') ? "printable ASCII only"
            : template.Text.Trim(' ', '\t').Length != template.Text.Length ? "no spaces at its ends"
            : text.Length > BytesMax ? "up to 16 KiB"
            : null;
        return hint is null ? null : new ValueProblem(DiagnosticCodes.InvalidHeader, "the header value can't be sent", hint);
    }
}
