using System.Text;
using Sluice.Config.Yaml;

namespace Sluice.Config.Showing;

/// <summary>Writes a tree as YAML in block style.</summary>
internal sealed class YamlShow
{
    private const int Step = 2;

    private readonly bool _hasOrigin;
    private readonly StringBuilder _output = new();

    private YamlShow(bool hasOrigin)
    {
        _hasOrigin = hasOrigin;
    }

    /// <summary>Writes it.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="hasOrigin">Whether a comment behind each value says where it stands.</param>
    internal static string Write(YamlNode root, bool hasOrigin)
    {
        var show = new YamlShow(hasOrigin);
        show.WriteNode(root, indent: 0, isOnLine: false);
        return show._output.ToString();
    }

    // Writes a value up to and with its line end. One that is on the line of a dash already begins there.
    private void WriteNode(YamlNode node, int indent, bool isOnLine)
    {
        switch (node)
        {
            case MappingNode { Entries.Count: > 0 } mapping:
                foreach (MappingEntry entry in mapping.Entries)
                {
                    _output.Append(' ', isOnLine ? 0 : indent).Append(ShownScalar.AsKey(entry.Key)).Append(':');
                    WriteValue(entry.Value, indent);
                    isOnLine = false;
                }

                break;
            case SequenceNode { Items.Count: > 0 } sequence:
                foreach (YamlNode item in sequence.Items)
                {
                    _output.Append(' ', isOnLine ? 0 : indent).Append('-');
                    WriteItem(item, indent);
                    isOnLine = false;
                }

                break;
            default:
                WriteLeaf(node, indent);
                break;
        }
    }

    private void WriteValue(YamlNode value, int indent)
    {
        if (IsLeaf(value))
        {
            _output.Append(' ');
            WriteLeaf(value, indent);
            return;
        }

        _output.Append('\n');
        WriteNode(value, indent + Step, isOnLine: false);
    }

    private void WriteItem(YamlNode item, int indent)
    {
        _output.Append(' ');
        if (IsLeaf(item))
        {
            WriteLeaf(item, indent);
            return;
        }

        WriteNode(item, indent + Step, isOnLine: true);
    }

    private void WriteLeaf(YamlNode node, int indent)
    {
        string origin = _hasOrigin ? " # " + ConfigShow.OriginOf(node) : "";
        if (node is not ScalarNode scalar)
        {
            _output.Append(node is MappingNode ? "{}" : "[]").Append(origin).Append('\n');
            return;
        }

        if (ShownScalar.AsLiteral(scalar) is not { } lines)
        {
            _output.Append(ShownScalar.AsYaml(scalar)).Append(origin).Append('\n');
            return;
        }

        _output.Append(lines[0]).Append(origin).Append('\n');
        foreach (string line in lines.Skip(1))
        {
            _output.Append(' ', line.Length > 0 ? indent + Step : 0).Append(line).Append('\n');
        }
    }

    private static bool IsLeaf(YamlNode node) => node is ScalarNode or MappingNode { Entries.Count: 0 } or SequenceNode { Items.Count: 0 };
}
