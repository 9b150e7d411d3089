namespace Sluice.Proxy.Balancing;

/// <summary>When it is whose turn in a round robin.</summary>
/// <param name="Due">Its deadline; who has the earliest is next.</param>
/// <param name="Order">Who goes first among equals.</param>
/// <param name="At">The server by its place among those that get requests.</param>
internal readonly record struct Turn(ulong Due, int Order, int At)
{
    /// <summary>Whether it comes before another one.</summary>
    // Without a branch between the two parts, which would be guessed wrong.
    public bool IsBefore(in Turn other) => (Due < other.Due) | ((Due == other.Due) & (Order < other.Order));
}
