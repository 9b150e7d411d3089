using Sluice.Http.Http1;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Transforms;

/// <summary>Writes the <c>Location</c> of a redirect so that no request can choose another host or scheme than the operator did.</summary>
/// <remarks>
/// The beginning of the target up to its path is fixed when the configuration is loaded. What could still lead away are slashes: <c>//evil.test</c> names
/// a host (RFC 3986, section 4.2), and browsers take a backslash for a slash. Backslashes are encoded, leading slashes made one.
/// </remarks>
internal sealed class RedirectTarget(RedirectAction action)
{
    private readonly bool _isPath = IsPath(action.To);

    /// <summary>Whether the target has the host that was asked for in it, so that there has to be one.</summary>
    public bool NeedsHost { get; } = action.To.Parts.Any(part => part.Variable is TemplateVariable.Host or TemplateVariable.Authority);

    /// <summary>Writes the field line.</summary>
    public void Append(ref HeadWriter writer, ITemplateSource source)
    {
        writer.Append("Location: "u8);
        int start = writer.Length;
        action.To.Write(ref writer, source, TemplateEncoding.Uri);
        if (_isPath)
        {
            LeadingSlashes.Collapse(ref writer, start);
        }

        if (action.KeepQuery && source.Request.HasQuery)
        {
            writer.Append(writer.WrittenFrom(start).Contains((byte)'?') ? "&"u8 : "?"u8);
            TemplateEncoder.Append(ref writer, source.Request.Query, TemplateEncoding.Query, ValueKind.Query);
        }

        writer.Append("\r\n"u8);
    }

    private static bool IsPath(Template target) =>
        target.Parts[0].Variable is TemplateVariable.Path or TemplateVariable.Uri
        || (target.Parts[0].Variable == TemplateVariable.None && target.Parts[0].Text[0] == '/');
}
