using Sluice.Config.Binding;

namespace Sluice.Config.Schema;

/// <summary>Forms that several options share.</summary>
internal static class Forms
{
    /// <summary>A value, or a list of such values.</summary>
    internal static ConfigType<IReadOnlyList<T>> OneOrMany<T>(ConfigType<T> item)
    {
        var one = new ConvertedType<T, IReadOnlyList<T>>(item, (value, _) => [value]);
        return new FormsType<IReadOnlyList<T>>
        {
            Scalar = one,
            Sequence = new ListType<T>(item),
            Mapping = item is FormsType<T> { Mapping: not null } ? one : null,
        };
    }
}
