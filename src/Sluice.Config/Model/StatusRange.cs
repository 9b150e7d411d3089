namespace Sluice.Config.Model;

/// <summary>A status, or a class of them such as <c>5xx</c>.</summary>
/// <param name="From">400 to 599.</param>
/// <param name="To">The same for a single one.</param>
public readonly record struct StatusRange(int From, int To)
{
    /// <summary>Whether it is a single one, which goes before a class.</summary>
    public bool IsSingle => From == To;

    /// <inheritdoc/>
    public override string ToString() => IsSingle ? $"{From}" : $"{From / 100}xx";
}
