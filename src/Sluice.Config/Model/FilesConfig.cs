using Sluice.Config.Diagnostics;
using Sluice.Config.Model.Tls;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Model;

/// <summary>A folder whose files are answers.</summary>
public sealed record FilesConfig
{
    /// <summary>The folder, relative to the file it is named in; null when it could not be read.</summary>
    public FileUseConfig? Root { get; init; }

    /// <summary>Names that stand for the folder they are in; null for <c>index.html</c>.</summary>
    public IReadOnlyList<string>? Index { get; init; }

    /// <summary>Where files are looked for; null for the path, and the path as a folder.</summary>
    public IReadOnlyList<TryFileConfig>? TryFiles { get; init; }

    /// <summary>Whether folders without an index are listed.</summary>
    public bool Listing { get; init; }

    /// <summary>Whether names that begin with a dot are served.</summary>
    public bool Hidden { get; init; }

    /// <summary>Whether symbolic links are followed within the folder; false for not at all.</summary>
    public bool FollowsLinks { get; init; } = true;

    /// <summary>Whether symbolic links are followed wherever they lead.</summary>
    public bool FollowsAllLinks { get; init; }

    /// <summary>Encodings in which files lie beside themselves.</summary>
    public IReadOnlyList<SideFile> Precompressed { get; init; } = [];

    /// <summary>For how long they may be used without asking again, in seconds; -1 says nothing about it.</summary>
    public int ExpiresSeconds { get; init; } = -1;

    /// <summary>Whether they never change under their name.</summary>
    public bool Immutable { get; init; }

    /// <summary>Whether they have entity tags.</summary>
    public bool ETag { get; init; } = true;

    /// <summary>Media types by the endings of names.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Types { get; init; } = [];

    /// <summary>The media type of all others; null for <c>application/octet-stream</c>.</summary>
    public string? DefaultType { get; init; }

    /// <summary>The charset of texts, <c>none</c> for none; null for <c>utf-8</c>.</summary>
    public string? Charset { get; init; }

    /// <summary>Where it was written, if in a file.</summary>
    public SourceLocation? Location { get; init; }
}
