using Sluice.Config.Binding;
using Sluice.Config.Model;
using Sluice.Config.Model.Tls;
using Sluice.Config.Values;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Schema;

/// <summary>The value of <c>files</c> of a route.</summary>
internal static class FilesSchema
{
    private const int ExpiresMaxSeconds = 10 * 365 * 24 * 60 * 60;

    private static readonly ServedFolderType Root = new();

    private static readonly ConfigType<string> MediaType = new ConvertedType<PageConfig, string>(new ContentTypeType(), (page, _) => page.ContentType!);

    private static readonly ConfigType<IReadOnlyList<KeyValuePair<string, string>>> Types =
        new MapType<string, string, KeyValuePair<string, string>>(
            "ending to content type", new FileNameType(isEnding: true), MediaType, (ending, _, type) => KeyValuePair.Create(ending, type ?? ""));

    internal static ObjectType<FilesConfig> Type { get; } = new(
        "folder of files",
        [
            Option<FilesConfig>.Create(
                "root", Root, "The folder, relative to this file. The path of the request is looked for below it, as a whole: `rewrite` can take a prefix off.",
                (files, value) => files with { Root = value }, isRequired: true),
            Option<FilesConfig>.Create(
                "index", Forms.OneOrMany(new FileNameType(isEnding: false)), "Names that stand for the folder they are in, in the order in which they are looked for.",
                (files, value) => files with { Index = value }, "`index.html`"),
            Option<FilesConfig>.Create(
                "try_files", Forms.OneOrMany(new TryFileType()),
                "Where a file is looked for, in this order, below `root`: `{path}` is the path of the request; with a slash at its end it is a folder, for its index. "
                + "`=404`, only at the end, is the status when nothing was found. For a single-page application: `[\"{path}\", \"{path}/\", /index.html]`.",
                (files, value) => files with { TryFiles = value }, "`[\"{path}\", \"{path}/\", =404]`"),
            Option<FilesConfig>.Create(
                "listing", new BooleanType(), "Whether folders without an index are answered with a list of what is in them, 2,000 entries at most.",
                (files, value) => files with { Listing = value }, "`false`"),
            Option<FilesConfig>.Create(
                "hidden", new WordType<bool>(new("deny", false), new("allow", true)), "Names that begin with a dot. `/.well-known` is never hidden.",
                (files, value) => files with { Hidden = value }, "`deny`"),
            Option<FilesConfig>.Create(
                "symlinks", new WordType<bool>(new("inside", true), new("none", false)),
                "Symbolic links that are followed: `inside`, those that stay below `root`, so relative ones; `none`. `root` itself may be one.",
                (files, value) => files with { FollowsLinks = value }, "`inside`"),
            Option<FilesConfig>.Create(
                "unsafe_symlinks", new BooleanType(), "Whether links are followed wherever they lead. Whoever can make one can have any file sent that Sluice can read.",
                (files, value) => files with { FollowsAllLinks = value }, "`false`"),
            Option<FilesConfig>.Create(
                "precompressed", Forms.OneOrMany(new WordType<SideFile>([.. SideFile.All.Select(side => new Word<SideFile>(side.Coding, side))])),
                "Encodings in which files lie beside themselves (`app.js.br`, `app.js.zst`, `app.js.gz`), the preferred one first. Clients get what they want most (`Accept-Encoding`).",
                (files, value) => files with { Precompressed = value }, "none"),
            Option<FilesConfig>.Create(
                "expires", new AgeType(0, ExpiresMaxSeconds), "For how long clients may use them without asking again: `Cache-Control: max-age`. `0s` has them ask each time.",
                (files, value) => files with { ExpiresSeconds = value }, "left to clients"),
            Option<FilesConfig>.Create(
                "immutable", new BooleanType(), "Whether files never change under their name (RFC 8246), such as `app.5f3a9c.js`. Without `expires` for a year.",
                (files, value) => files with { Immutable = value }, "`false`"),
            Option<FilesConfig>.Create(
                "etag", new BooleanType(), "Whether they have an entity tag, made of their time and size.", (files, value) => files with { ETag = value }, "`true`"),
            Option<FilesConfig>.Create(
                "types", Types, "Content types by the ending of names, before the built-in ones.", (files, value) => files with { Types = value }, "none"),
            Option<FilesConfig>.Create(
                "default_type", MediaType, "The content type of endings that nobody knows.", (files, value) => files with { DefaultType = value }, "`application/octet-stream`"),
            Option<FilesConfig>.Create(
                "charset", new NameType(), "The charset that types of `text/` without one are said to have; `none` says nothing.",
                (files, value) => files with { Charset = value }, "`utf-8`"),
        ],
        place => new FilesConfig { Location = place })
    {
        OtherNames = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["path"] = "root",
            ["folder"] = "root",
            ["autoindex"] = "listing",
            ["browse"] = "listing",
            ["gzip_static"] = "precompressed",
            ["mime_types"] = "types",
            ["max_age"] = "expires",
        },
    };

    /// <summary>The short and the long form.</summary>
    internal static ConfigType<FilesConfig> Value { get; } = new FormsType<FilesConfig>
    {
        Scalar = new ConvertedType<FileUseConfig, FilesConfig>(Root, (root, place) => new FilesConfig { Root = root, Location = place }),
        Mapping = Type,
    };
}
