using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Schema;

/// <summary>The values of <c>request_headers</c> and <c>response_headers</c>.</summary>
internal static class HeaderEditsSchema
{
    internal static ObjectType<HeaderEditsConfig> Request { get; } = Create(
        "request_headers",
        TemplateScope.Server,
        EditedHeaderNameType.RequestSet,
        EditedHeaderNameType.RequestAdd,
        EditedHeaderNameType.RequestDefault,
        EditedHeaderNameType.RequestRemove);

    internal static ObjectType<HeaderEditsConfig> Response { get; } = Create(
        "response_headers",
        TemplateScope.Response,
        EditedHeaderNameType.Response,
        EditedHeaderNameType.Response,
        EditedHeaderNameType.Response,
        EditedHeaderNameType.Response);

    private static ObjectType<HeaderEditsConfig> Create(
        string noun,
        TemplateScope scope,
        EditedHeaderNameType setNames,
        EditedHeaderNameType addNames,
        EditedHeaderNameType defaultNames,
        EditedHeaderNameType removeNames)
    {
        var value = new HeaderTemplateType(scope);
        ConfigType<IReadOnlyList<TemplateConfig>> one = new ConvertedType<TemplateConfig, IReadOnlyList<TemplateConfig>>(value, (read, _) => [read]);
        return new(
            noun,
            [
                Option<HeaderEditsConfig>.Create(
                    "set", Map(HeaderOperation.Set, setNames, one, "header name to template"),
                    "These get this value, whatever came. One whose value turns out empty is not sent.", Append, "none"),
                Option<HeaderEditsConfig>.Create(
                    "add", Map(HeaderOperation.Add, addNames, Forms.OneOrMany(value), "header name to template or list of template"),
                    "These are sent besides what came.", Append, "none"),
                Option<HeaderEditsConfig>.Create(
                    "default", Map(HeaderOperation.Default, defaultNames, one, "header name to template"),
                    "These get this value if none came.", Append, "none"),
                Option<HeaderEditsConfig>.Create(
                    "remove", Forms.OneOrMany(new RemovedHeaderType(removeNames)),
                    "These are left out: names, or beginnings of names such as `x-internal-*`.", Append, "none"),
            ],
            _ => new HeaderEditsConfig());
    }

    private static HeaderEditsConfig Append(HeaderEditsConfig edits, IReadOnlyList<HeaderEditConfig> more) =>
        edits with { Entries = [.. edits.Entries, .. more] };

    private static MapType<string, IReadOnlyList<TemplateConfig>, HeaderEditConfig> Map(
        HeaderOperation operation, EditedHeaderNameType names, ConfigType<IReadOnlyList<TemplateConfig>> values, string noun) =>
        new(noun, names, values, (name, place, read) => new HeaderEditConfig(operation, name, read ?? [], place));
}
