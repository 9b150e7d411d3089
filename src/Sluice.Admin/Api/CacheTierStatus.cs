namespace Sluice.Admin.Api;

/// <summary>A place where responses are kept.</summary>
public sealed record CacheTierStatus
{
    /// <summary>How many there are.</summary>
    public required long Objects { get; init; }

    /// <summary>What they take, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>What they may take.</summary>
    public required long BytesMax { get; init; }
}
