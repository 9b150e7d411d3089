namespace Sluice.Config.Yaml;

/// <summary>What is left of <see cref="YamlBounds"/> while a configuration is read; all its files share one. Not safe for several threads.</summary>
internal sealed class YamlBudget
{
    private int _nodes = YamlBounds.NodeCountMax;
    private int _aliases = YamlBounds.AliasCountMax;
    private long _bytes = YamlBounds.BytesMax;

    /// <summary>Bytes of files and substituted values that may still be read.</summary>
    internal long BytesLeft => _bytes;

    /// <summary>Takes values; false when there are not so many left.</summary>
    internal bool TakeNodes(int count) => (_nodes -= Math.Min(count, YamlBounds.NodeCountMax + 1)) >= 0;

    /// <summary>Takes an alias; false when none is left.</summary>
    internal bool TakeAlias() => --_aliases >= 0;

    /// <summary>Takes bytes; false, and takes none, when there are not so many left.</summary>
    internal bool TakeBytes(long count)
    {
        if (count > _bytes)
        {
            return false;
        }

        _bytes -= count;
        return true;
    }
}
