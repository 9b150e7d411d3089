using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Values;
using Sluice.Proxy.Templates;

namespace Sluice.Config.Schema;

/// <summary>The options of everything that sends a page.</summary>
internal static class PageSchema
{
    internal static TemplateType Body { get; } = new(TemplateScope.Response, TemplateSyntax.Content);

    private static readonly ConfigType<PageConfig> File =
        new ConvertedType<string, PageConfig>(new TextType(), (path, place) => new PageConfig { File = path, FileLocation = place });

    /// <summary>The options for a record that has a page.</summary>
    internal static Option<TOwner>[] For<TOwner>(Func<TOwner, PageConfig> get, Func<TOwner, PageConfig, TOwner> set) =>
    [
        Option<TOwner>.Create(
            "body", Body, "The content, with [variables](#variables). Only `{name}` is one; every other brace is itself.",
            (owner, value) => set(owner, get(owner) with { Body = value })),
        Option<TOwner>.Create(
            "file", File, "A file with the content, relative to this one, read when the configuration is; up to 1 MiB, with variables 64 KiB.",
            (owner, value) => set(owner, get(owner) with { File = value.File, FileLocation = value.FileLocation })),
        Option<TOwner>.Create(
            "content_type", new ContentTypeType(), "Its `Content-Type`. Variables are encoded for it, so they can stand only in HTML, XML, JSON and plain text.",
            (owner, value) => set(owner, get(owner) with { ContentType = value.ContentType, ContentTypeLocation = value.ContentTypeLocation }),
            "by the name of the file, or else `text/plain; charset=utf-8`"),
    ];
}
