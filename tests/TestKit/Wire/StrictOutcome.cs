namespace Sluice.TestKit.Wire;

/// <summary>What a strict reading came to: a request, a deviation, or neither yet.</summary>
/// <param name="Request">The request, if it is whole and canonical.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Deviation">What isn't canonical.</param>
public sealed record StrictOutcome(HttpRequest? Request, int Length, string? Deviation)
{
    /// <summary>More bytes are needed.</summary>
    public static readonly StrictOutcome Incomplete = new(null, 0, null);

    /// <summary>A whole request.</summary>
    public static StrictOutcome Complete(HttpRequest request, int length) => new(request, length, null);

    /// <summary>Something that isn't canonical.</summary>
    public static StrictOutcome Deviates(string deviation) => new(null, 0, deviation);
}
