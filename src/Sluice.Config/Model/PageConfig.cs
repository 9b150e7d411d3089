using Sluice.Config.Diagnostics;

namespace Sluice.Config.Model;

/// <summary>A page: a text, or a file that is read when the configuration is.</summary>
public sealed record PageConfig
{
    /// <summary>The text; of a file once it is read.</summary>
    public TemplateConfig? Body { get; init; }

    /// <summary>The file, relative to the one it is named in; null when there is none.</summary>
    public string? File { get; init; }

    /// <summary>Where <see cref="File"/> was written, if in a file.</summary>
    public SourceLocation? FileLocation { get; init; }

    /// <summary>The <c>Content-Type</c>; null leaves it to the name of the file, or else plain text.</summary>
    public string? ContentType { get; init; }

    /// <summary>Where <see cref="ContentType"/> was written, if in a file.</summary>
    public SourceLocation? ContentTypeLocation { get; init; }

    /// <summary>Whether there is anything to send.</summary>
    public bool IsGiven => Body is not null || File is not null;
}
