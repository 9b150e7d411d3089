namespace Sluice.Config.Building;

/// <summary>Builds a mapping of which only the keys of a file are known, such as <c>limits</c>.</summary>
public sealed class OptionsBuilder : ValueBuilder<OptionsBuilder>
{
    internal OptionsBuilder(string thing)
        : base(thing)
    {
    }
}
