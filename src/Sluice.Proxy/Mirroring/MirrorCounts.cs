namespace Sluice.Proxy.Mirroring;

/// <summary>What became of the copies of a route's requests so far. Copies on their way are in none of the counts.</summary>
/// <param name="Sent">Sent whole and answered.</param>
/// <param name="Dropped">Not sent, or broken off: too many at once, too far behind, too large, or the request never became whole.</param>
/// <param name="Failed">Not taken or not answered by the upstream.</param>
public readonly record struct MirrorCounts(long Sent, long Dropped, long Failed);
