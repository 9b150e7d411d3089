using Sluice.Proxy.Errors;

namespace Sluice.Proxy.Health;

/// <summary>Responses that servers of one upstream broke off after their heads, by the reason. It outlives reloads that keep the upstream's name.</summary>
/// <remarks>Atomic, shared by all workers: a response that comes whole touches nothing of it. What clients broke off is none of them.</remarks>
public sealed class BrokenResponses
{
    private readonly long[] _counts = new long[Reasons.Count];

    /// <summary>The errors that it counts: what the way of the content from the server met. What a route makes of good content is not among them.</summary>
    public static IReadOnlyList<ProxyErrorCode> Reasons { get; } =
        [ProxyErrorCode.ResponseTruncated, ProxyErrorCode.ResponseBodyInvalid, ProxyErrorCode.ResponseBodyTimeout];

    /// <summary>How many there were for one of the reasons.</summary>
    public long CountOf(ProxyErrorCode reason) => Volatile.Read(ref _counts[PlaceOf(reason)]);

    /// <summary>Whether an error is one of the reasons.</summary>
    internal static bool Has(ProxyErrorCode error) => PlaceOf(error) >= 0;

    /// <summary>Counts a response, for one of the reasons.</summary>
    internal void Add(ProxyErrorCode reason) => Interlocked.Increment(ref _counts[PlaceOf(reason)]);

    private static int PlaceOf(ProxyErrorCode error) => error switch
    {
        ProxyErrorCode.ResponseTruncated => 0,
        ProxyErrorCode.ResponseBodyInvalid => 1,
        ProxyErrorCode.ResponseBodyTimeout => 2,
        _ => -1,
    };
}
