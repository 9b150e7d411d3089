using Sluice.Http.Addresses;

namespace Sluice.Config.Model;

/// <summary>A route that is closed for the time being. Null: nothing said.</summary>
public sealed record MaintenanceConfig
{
    /// <summary>Whether it is.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>400 to 599.</summary>
    public int? Status { get; init; }

    /// <summary>What <c>Retry-After</c> says.</summary>
    public int? RetryAfterMs { get; init; }

    /// <summary>What is sent.</summary>
    public PageConfig Page { get; init; } = new();

    /// <summary>Clients that get through.</summary>
    public IReadOnlyList<IpRange>? Except { get; init; }

    /// <summary>This where it says something, and that below where it doesn't.</summary>
    public MaintenanceConfig Over(MaintenanceConfig? below) => below is null ? this : this with
    {
        Status = Status ?? below.Status,
        RetryAfterMs = RetryAfterMs ?? below.RetryAfterMs,
        Page = Page.IsGiven ? Page : below.Page,
        Except = Except ?? below.Except,
    };
}
