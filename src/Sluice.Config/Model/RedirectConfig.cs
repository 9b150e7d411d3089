namespace Sluice.Config.Model;

/// <summary>A redirect.</summary>
public sealed record RedirectConfig
{
    /// <summary>Where to; null only when it could not be read.</summary>
    public TemplateConfig? To { get; init; }

    /// <summary>301, 302, 303, 307 or 308.</summary>
    public int Status { get; init; } = 308;

    /// <summary>Whether the query of the request is put behind it.</summary>
    public bool KeepQuery { get; init; }
}
