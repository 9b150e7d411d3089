using Sluice.Config.Model;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Compilation;

/// <summary>What follows from content types: which one a page has, and how variables are written into it.</summary>
internal static class ContentTypes
{
    private const string PlainText = "text/plain; charset=utf-8";

    /// <summary>The content type of a page.</summary>
    internal static string Of(PageConfig page) => page.ContentType ?? Path.GetExtension(page.File)?.ToLowerInvariant() switch
    {
        ".html" or ".htm" => "text/html; charset=utf-8",
        ".json" => "application/json",
        ".xml" => "application/xml",
        ".svg" => "image/svg+xml",
        _ => PlainText,
    };

    /// <summary>How values are made harmless in a content type; null where that is not known.</summary>
    internal static TemplateEncoding? EncodingOf(string contentType)
    {
        string type = contentType.Split(';')[0].Trim().ToLowerInvariant();
        return type switch
        {
            "text/plain" => TemplateEncoding.Text,
            "text/html" or "text/xml" or "application/xml" => TemplateEncoding.Html,
            "application/json" => TemplateEncoding.Json,
            _ when type.EndsWith("+xml", StringComparison.Ordinal) => TemplateEncoding.Html,
            _ when type.EndsWith("+json", StringComparison.Ordinal) => TemplateEncoding.Json,
            _ => null,
        };
    }
}
