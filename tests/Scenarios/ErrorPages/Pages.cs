using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.ErrorPages;

/// <summary>Pages for tests.</summary>
internal static class Pages
{
    public static PagePlan Text(string text) => new("text/plain; charset=utf-8", TemplateEncoding.Text, Parse(text));

    public static PagePlan Html(string text) => new("text/html; charset=utf-8", TemplateEncoding.Html, Parse(text));

    public static PagePlan Json(string text) => new("application/json", TemplateEncoding.Json, Parse(text));

    public static ErrorPagePlan On(int status, PagePlan page) => new(status, status, 0, page);

    public static ErrorPagePlan OnClass(int digit, PagePlan page) => new(digit * 100, (digit * 100) + 99, 1, page);

    public static ProxySetup SetupWith(params ErrorPagePlan[] pages) => new() { Route = route => route with { ErrorPages = [.. pages] } };

    private static Template Parse(string text) => Template.Parse(text, TemplateScope.Response, TemplateSyntax.Content);
}
