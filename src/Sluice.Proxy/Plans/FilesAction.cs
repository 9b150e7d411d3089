using Sluice.Reactor.Files;

namespace Sluice.Proxy.Plans;

/// <summary>Answer with files of a folder.</summary>
/// <param name="Root">The absolute path of the folder. The path of the request, decoded, is looked for below it.</param>
public sealed record FilesAction(string Root) : RouteAction
{
    /// <summary>The names of files that stand for the folder they are in, in the order in which they are looked for.</summary>
    public PlanList<string> Index { get; init; } = ["index.html"];

    /// <summary>What is looked for, in this order.</summary>
    public PlanList<TryFile> TryFiles { get; init; } = [new("", HasPath: true, ""), new("", HasPath: true, "/")];

    /// <summary>The status when none of it is there, 400 to 599.</summary>
    public int MissingStatus { get; init; } = 404;

    /// <summary>Whether folders without an index are answered with a list of what is in them.</summary>
    public bool Listing { get; init; }

    /// <summary>Whether names that begin with a dot are served; <c>/.well-known</c> always is.</summary>
    public bool Hidden { get; init; }

    /// <summary>Which symbolic links are followed.</summary>
    public LinkPolicy Links { get; init; }

    /// <summary>Encodings in which a file may lie beside itself, the one that is preferred first.</summary>
    public PlanList<SideFile> Precompressed { get; init; } = [];

    /// <summary>For how long responses may be used without asking again, in seconds; 0 not at all, -1 leaves that to the client.</summary>
    public long ExpiresSeconds { get; init; } = -1;

    /// <summary>Whether files never change under their name (RFC 8246).</summary>
    public bool Immutable { get; init; }

    /// <summary>Whether responses have an entity tag.</summary>
    public bool ETag { get; init; } = true;

    /// <summary>Media types by the ending of names, in lower case and without the dot, which go before the built-in ones.</summary>
    public PlanList<KeyValuePair<string, string>> Types { get; init; } = [];

    /// <summary>The media type of names whose ending nobody knows; empty for none.</summary>
    public string DefaultType { get; init; } = "application/octet-stream";

    /// <summary>The charset that texts are said to have; empty for none.</summary>
    public string Charset { get; init; } = "utf-8";
}
