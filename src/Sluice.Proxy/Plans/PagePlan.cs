using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Plans;

/// <summary>A page that is sent in place of plain words.</summary>
/// <param name="ContentType">Its <c>Content-Type</c>; checked, printable ASCII.</param>
/// <param name="Encoding">How variables are written into it: HTML, JSON or plain text.</param>
/// <param name="Body">Its text. One with variables is at most <see cref="VariableBytesMax"/> long, any other <see cref="BytesMax"/>.</param>
public sealed record PagePlan(string ContentType, TemplateEncoding Encoding, Template Body)
{
    /// <summary>The largest page.</summary>
    public const int BytesMax = 1024 * 1024;

    /// <summary>The largest page with variables: with their values it has to fit into the largest buffer, 128 KiB.</summary>
    public const int VariableBytesMax = 64 * 1024;
}
