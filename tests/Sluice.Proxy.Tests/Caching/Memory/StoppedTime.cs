namespace Sluice.Proxy.Tests.Caching.Memory;

/// <summary>A clock that is set by hand.</summary>
internal sealed class StoppedTime : TimeProvider
{
    public long Seconds { get; set; } = 1_800_000_000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Seconds);
}
