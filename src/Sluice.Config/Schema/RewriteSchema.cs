using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>rewrite</c>.</summary>
internal static class RewriteSchema
{
    private static readonly TemplateType Value = new(TemplateScope.Request);

    internal static ObjectType<RegexRewriteConfig> Regex { get; } = new(
        "regex",
        [
            Option<RegexRewriteConfig>.Create(
                "pattern", new RewritePatternType(), "What is replaced, wherever it is in the path, but only where it is first; `^` and `$` are its ends.",
                (regex, value) => regex with { Pattern = value }, isRequired: true),
            Option<RegexRewriteConfig>.Create(
                "with", new TextType(), "By what: text, `$1` for a group (a named one is `$${name}`, since `${` begins a placeholder).",
                (regex, value) => regex with { With = value }, isRequired: true),
        ],
        _ => new RegexRewriteConfig());

    internal static ObjectType<QueryEditsConfig> Query { get; } = new(
        "query",
        [
            Option<QueryEditsConfig>.Create(
                "set", Map(dropsOld: true, One), "These get this value, whatever came.", Append, "none"),
            Option<QueryEditsConfig>.Create(
                "add", Map(dropsOld: false, Forms.OneOrMany(Value)), "These are put behind what came.", Append, "none"),
            Option<QueryEditsConfig>.Create(
                "remove",
                Forms.OneOrMany(new ConvertedType<string, QueryEditConfig>(new QueryNameType(), (name, _) => new QueryEditConfig(name, DropsOld: true, []))),
                "These are left out.", Append, "none"),
        ],
        _ => new QueryEditsConfig());

    internal static ObjectType<RewriteConfig> Type { get; } = new(
        "rewrite",
        [
            Option<RewriteConfig>.Create(
                "strip_prefix", new PathPrefixType(), "Taken off the beginning of the path, in whole segments; other paths stay as they are.",
                (rewrite, value) => rewrite with { StripPrefix = value }, "none"),
            Option<RewriteConfig>.Create(
                "regex", RegexForms, "Replacements within the path, in their order, each of its first match.", (rewrite, value) => rewrite with { Regexes = value }, "none"),
            Option<RewriteConfig>.Create(
                "replace", new UriTemplateType(isRedirect: false),
                "What takes the place of the path, instead of the two above; with a `?` in it also of the query.",
                (rewrite, value) => rewrite with { Replace = value }, "none"),
            Option<RewriteConfig>.Create(
                "add_prefix", new PathPrefixType(), "Put before the path.", (rewrite, value) => rewrite with { AddPrefix = value }, "none"),
            Option<RewriteConfig>.Create(
                "query", Query, "Changes to the query.", (rewrite, value) => rewrite with { Query = value }, "none"),
        ],
        _ => new RewriteConfig());

    private static ConfigType<IReadOnlyList<TemplateConfig>> One =>
        new ConvertedType<TemplateConfig, IReadOnlyList<TemplateConfig>>(Value, (read, _) => [read]);

    private static FormsType<IReadOnlyList<RegexRewriteConfig>> RegexForms => new()
    {
        Mapping = new ConvertedType<RegexRewriteConfig, IReadOnlyList<RegexRewriteConfig>>(Regex, (read, _) => [read]),
        Sequence = new ListType<RegexRewriteConfig>(Regex),
    };

    private static QueryEditsConfig Append(QueryEditsConfig edits, IReadOnlyList<QueryEditConfig> more) =>
        edits with { Entries = [.. edits.Entries, .. more] };

    private static MapType<string, IReadOnlyList<TemplateConfig>, QueryEditConfig> Map(bool dropsOld, ConfigType<IReadOnlyList<TemplateConfig>> values) =>
        new("query name to template", new QueryNameType(), values, (name, _, read) => new QueryEditConfig(name, dropsOld, read ?? []));
}
