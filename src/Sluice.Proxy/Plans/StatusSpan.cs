namespace Sluice.Proxy.Plans;

/// <summary>Statuses from one to another, both included.</summary>
/// <param name="From">100 to 599.</param>
/// <param name="To">The same for a single one.</param>
public readonly record struct StatusSpan(int From, int To)
{
    /// <summary>Whether a status is one of them.</summary>
    public bool Contains(int status) => status >= From && status <= To;

    /// <inheritdoc/>
    public override string ToString() => From == To ? $"{From}" : $"{From}-{To}";
}
