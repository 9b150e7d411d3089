using System.Globalization;
using Sluice.Config.Yaml;

namespace Sluice.Config.Building;

/// <summary>Builds a mapping of a configuration: every option that a file has can be set by its key. Not safe for several threads.</summary>
/// <typeparam name="TSelf">The builder itself, for calls in a row.</typeparam>
public abstract class ValueBuilder<TSelf>
    where TSelf : ValueBuilder<TSelf>
{
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);

    private protected ValueBuilder(string thing)
    {
        Thing = thing;
    }

    /// <summary>What is built, for messages.</summary>
    internal string Thing { get; private protected set; }

    /// <summary>Sets an option to a text, such as a duration or an address.</summary>
    /// <param name="key">As in a file; an unknown one is an error of the configuration.</param>
    /// <param name="value">Taken as it is: there are no placeholders.</param>
    public TSelf Set(string key, string value) => Put(key, BuiltTree.Text(Thing, value));

    /// <summary>Sets an option to a number.</summary>
    public TSelf Set(string key, int value) => Put(key, BuiltTree.Plain(Thing, value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Sets an option to a boolean.</summary>
    public TSelf Set(string key, bool value) => Put(key, BuiltTree.Plain(Thing, value ? "true" : "false"));

    /// <summary>Sets an option to a list of texts.</summary>
    public TSelf Set(string key, IEnumerable<string> values) => Put(key, BuiltTree.Texts(Thing, values));

    /// <summary>Sets an option to a mapping.</summary>
    public TSelf Set(string key, Action<OptionsBuilder> configure)
    {
        var nested = new OptionsBuilder(Thing.Length > 0 ? $"{key} of {Thing}" : key);
        configure(nested);
        return Put(key, nested.ToNode());
    }

    /// <summary>Sets an option to a list of mappings.</summary>
    public TSelf Set(string key, IEnumerable<Action<OptionsBuilder>> items)
    {
        string thing = Thing.Length > 0 ? $"{key} of {Thing}" : key;
        return Put(key, BuiltTree.List(thing, items.Select(configure =>
        {
            var nested = new OptionsBuilder(thing);
            configure(nested);
            return nested.ToNode();
        })));
    }

    /// <summary>What was set.</summary>
    internal MappingNode ToNode() => BuiltTree.Mapping(Thing, _values);

    private protected TSelf Put(string key, YamlNode value)
    {
        _values[key] = value;
        return (TSelf)this;
    }
}
