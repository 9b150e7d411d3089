namespace Sluice.Http.Caching;

/// <summary>A URI of the same origin, as the parts that keys are made of.</summary>
/// <param name="PathLength">The canonical path is the first so many bytes.</param>
/// <param name="HasQuery">Whether a question mark and a query follow.</param>
/// <param name="QueryLength">How long the query is, which begins behind the question mark.</param>
public readonly record struct InvalidationTarget(int PathLength, bool HasQuery, int QueryLength)
{
    /// <summary>The path.</summary>
    public ReadOnlySpan<byte> PathIn(ReadOnlySpan<byte> text) => text[..PathLength];

    /// <summary>The query without its question mark.</summary>
    public ReadOnlySpan<byte> QueryIn(ReadOnlySpan<byte> text) => HasQuery ? text.Slice(PathLength + 1, QueryLength) : default;
}
