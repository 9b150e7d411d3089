using Sluice.Proxy.Templates;

namespace Sluice.Proxy.Plans;

/// <summary>The choice follows from a value of the request, by hash.</summary>
/// <param name="Source">Where the value is.</param>
/// <param name="Name">The name of the header, cookie or query parameter; empty for all else.</param>
public sealed record StickyKeyPlan(StickyKeySource Source, string Name) : StickyPlan
{
    /// <summary>The text, of <see cref="TemplateScope.Request"/> and with at least one variable, for <see cref="StickyKeySource.Template"/>; otherwise null.</summary>
    public Template? Template { get; init; }

    /// <summary>A text with variables.</summary>
    public static StickyKeyPlan Of(Template template) => new(StickyKeySource.Template, "") { Template = template };
}
