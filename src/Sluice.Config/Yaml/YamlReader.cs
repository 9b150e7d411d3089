using Sluice.Config.Diagnostics;
using Sluice.Config.Placeholders;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sluice.Config.Yaml;

/// <summary>Builds the tree of a YAML file from the events of YamlDotNet's parser, within <see cref="YamlBounds"/>.</summary>
/// <remarks>
/// JSON is read the same way, being YAML too. A method that returns null has met something after which reading makes no sense, and has added
/// the finding; duplicate keys and the like are added and passed over.
/// </remarks>
internal sealed class YamlReader
{
    private readonly SourceText _source;
    private readonly DiagnosticBag _diagnostics;
    private readonly YamlBudget _budget;
    private readonly PlaceholderReader? _placeholders;
    private readonly EventReader _events;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);

    private YamlReader(SourceText source, DiagnosticBag diagnostics, YamlBudget budget, PlaceholderReader? placeholders)
    {
        _source = source;
        _diagnostics = diagnostics;
        _budget = budget;
        _placeholders = placeholders;
        _events = new EventReader(source, diagnostics);
    }

    /// <summary>Reads the only document of a text.</summary>
    /// <param name="source">The text.</param>
    /// <param name="diagnostics">Gets what is wrong.</param>
    /// <param name="budget">What the whole configuration may still cost.</param>
    /// <param name="placeholders">What puts values in the place of placeholders; null leaves them as they are.</param>
    /// <returns>Null, with at least one finding, when there is none that can be read; a null scalar when there is nothing in it.</returns>
    internal static YamlNode? Read(SourceText source, DiagnosticBag diagnostics, YamlBudget budget, PlaceholderReader? placeholders) =>
        SourceCheck.IsClean(source, diagnostics) ? new YamlReader(source, diagnostics, budget, placeholders).ReadStream() : null;

    private YamlNode? ReadStream()
    {
        if (!_events.MoveNext() || !_events.MoveNext())
        {
            return null;
        }

        if (_events.Current is not DocumentStart)
        {
            return new ScalarNode("", isPlain: true, new SourceLocation(_source, 0, 0));
        }

        if (!_events.MoveNext() || ReadNode(depth: 0) is not { } root)
        {
            return null;
        }

        if (_events.Current is DocumentStart)
        {
            return Refuse(DiagnosticCodes.SeveralDocuments, "a second document begins here", _events.Location, "only one is read");
        }

        return root;
    }

    // Reads the value at the current event, and moves behind it.
    private YamlNode? ReadNode(int depth, bool isKey = false)
    {
        if (_events.Current is NodeEvent { Tag.IsEmpty: false } tagged && !IsImplied(tagged))
        {
            return Refuse(DiagnosticCodes.TagUsed, $"the tag `{ShortTag(tagged)}` has no meaning here", _events.Location, "remove it");
        }

        if (depth > YamlBounds.DepthMax)
        {
            return TooDeep(_events.Location);
        }

        AnchorName anchor = (_events.Current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        YamlNode? node = _events.Current switch
        {
            AnchorAlias alias => ReadAlias(alias, depth),
            Scalar scalar => CountNode(CreateScalar(scalar, isKey)),
            SequenceStart => ReadSequence(depth),
            MappingStart => ReadMapping(depth),
            _ => Refuse(DiagnosticCodes.InvalidYaml, "a value is missing here", _events.Location),
        };
        if (node is null || !_events.MoveNext())
        {
            return null;
        }

        if (!anchor.IsEmpty)
        {
            // Known only from its end on: an alias within would make a circle.
            _anchors[anchor.Value] = node;
        }

        return node;
    }

    // Keys are words of the configuration's language, so nothing is put into them.
    private ScalarNode CreateScalar(Scalar scalar, bool isKey)
    {
        var written = new ScalarNode(scalar.Value, scalar.Style == ScalarStyle.Plain, _events.Location);
        return isKey || _placeholders is null ? written : _placeholders.Substitute(written, _diagnostics, _budget);
    }

    // "!" on a quoted text is how YAML writes "no tag".
    private static bool IsImplied(NodeEvent node) => node is Scalar && node.Tag.IsNonSpecific;

    private static string ShortTag(NodeEvent node) => node.Tag.Value.Replace("tag:yaml.org,2002:", "!!", StringComparison.Ordinal);

    private YamlNode? ReadAlias(AnchorAlias alias, int depth)
    {
        if (!_budget.TakeAlias())
        {
            return Refuse(DiagnosticCodes.TooManyAliases, $"more than {YamlBounds.AliasCountMax:N0} aliases", _events.Location);
        }

        if (!_anchors.TryGetValue(alias.Value.Value, out YamlNode? node))
        {
            string message = $"there is no anchor `&{alias.Value.Value}` above";
            return Refuse(DiagnosticCodes.UnknownAnchor, message, _events.Location, "a value can't be inside itself either");
        }

        return depth + node.Height > YamlBounds.DepthMax ? TooDeep(_events.Location) : CountNode(node);
    }

    private SequenceNode? ReadSequence(int depth)
    {
        SourceLocation location = _events.Location;
        var items = new List<YamlNode>();
        (int count, int height) = (1, 0);
        if (!CountOne(location) || !_events.MoveNext())
        {
            return null;
        }

        while (_events.Current is not SequenceEnd)
        {
            if (ReadNode(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
            (count, height) = (count + item.NodeCount, Math.Max(height, item.Height));
        }

        return new SequenceNode(items, location) { NodeCount = count, Height = height + 1 };
    }

    private MappingNode? ReadMapping(int depth)
    {
        SourceLocation location = _events.Location;
        var entries = new List<MappingEntry>();
        var known = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        (int count, int height) = (1, 0);
        if (!CountOne(location) || !_events.MoveNext())
        {
            return null;
        }

        while (_events.Current is not MappingEnd)
        {
            if (ReadNode(depth + 1, isKey: true) is not { } key || ReadNode(depth + 1) is not { } value)
            {
                return null;
            }

            AddEntry(entries, known, key, value);
            (count, height) = (count + key.NodeCount + value.NodeCount, Math.Max(height, Math.Max(key.Height, value.Height)));
        }

        return new MappingNode(entries, location) { NodeCount = count, Height = height + 1 };
    }

    private void AddEntry(List<MappingEntry> entries, Dictionary<string, SourceLocation> known, YamlNode key, YamlNode value)
    {
        if (key is not ScalarNode word)
        {
            _diagnostics.Add(DiagnosticCodes.KeyNotText, $"a key is {key.Kind}, not a word", key.Location);
        }
        else if (word.Substitution is not null)
        {
            _diagnostics.Add(DiagnosticCodes.KeyNotText, "a key is an alias of a value with a placeholder", word.Location, "write the key itself");
        }
        else if (known.TryGetValue(word.Text, out SourceLocation? first))
        {
            _diagnostics.Add(new Diagnostic(DiagnosticCodes.DuplicateKey, $"the key `{word.Text}` is given twice", word.Location)
            {
                Related = ("first given at", first),
            });
        }
        else
        {
            known.Add(word.Text, word.Location);
            entries.Add(new MappingEntry(word, value));
        }
    }

    private bool CountOne(SourceLocation location) => Count(1, location);

    private T? CountNode<T>(T node)
        where T : YamlNode => Count(node.NodeCount, _events.Location) ? node : null;

    private bool Count(int nodes, SourceLocation location)
    {
        if (_budget.TakeNodes(nodes))
        {
            return true;
        }

        Refuse(DiagnosticCodes.TooManyNodes, $"more than {YamlBounds.NodeCountMax:N0} values", location);
        return false;
    }

    private YamlNode? TooDeep(SourceLocation location) =>
        Refuse(DiagnosticCodes.NestedTooDeeply, $"nested more than {YamlBounds.DepthMax} deep", location);

    private YamlNode? Refuse(DiagnosticCode code, string message, SourceLocation? location, string? hint = null)
    {
        _diagnostics.Add(code, message, location, hint);
        return null;
    }
}
