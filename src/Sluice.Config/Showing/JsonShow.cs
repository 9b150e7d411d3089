using System.Text;
using Sluice.Config.Yaml;

namespace Sluice.Config.Showing;

/// <summary>Writes a tree as JSON (RFC 8259), indented by two.</summary>
internal sealed class JsonShow
{
    private const int Step = 2;

    private readonly StringBuilder _output = new();

    /// <summary>Writes it.</summary>
    internal static string Write(YamlNode root)
    {
        var show = new JsonShow();
        show.WriteNode(root, indent: 0);
        return show._output.Append('\n').ToString();
    }

    /// <summary>Writes it as <c>config</c>, beside <c>origins</c>: where each value stands, by its JSON pointer (RFC 6901).</summary>
    internal static string WriteWithOrigins(YamlNode root)
    {
        var show = new JsonShow();
        show._output.Append("{\n  \"config\": ");
        show.WriteNode(root, Step);
        var origins = new List<string>();
        AddOrigins(root, "", origins);
        return show._output.Append($",\n  \"origins\": {{\n{string.Join(",\n", origins)}\n  }}\n}}\n").ToString();
    }

    private static void AddOrigins(YamlNode node, string pointer, List<string> origins)
    {
        switch (node)
        {
            case MappingNode { Entries.Count: > 0 } mapping:
                foreach (MappingEntry entry in mapping.Entries)
                {
                    string key = entry.Key.Text.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
                    AddOrigins(entry.Value, $"{pointer}/{key}", origins);
                }

                break;
            case SequenceNode { Items.Count: > 0 } sequence:
                for (int i = 0; i < sequence.Items.Count; i++)
                {
                    AddOrigins(sequence.Items[i], $"{pointer}/{i}", origins);
                }

                break;
            default:
                origins.Add($"    {ShownScalar.Quote(pointer)}: {ShownScalar.Quote(ConfigShow.OriginOf(node))}");
                break;
        }
    }

    private void WriteNode(YamlNode node, int indent)
    {
        switch (node)
        {
            case MappingNode mapping:
                WriteAll('{', mapping.Entries, '}', indent, entry =>
                {
                    _output.Append(ShownScalar.Quote(entry.Key.Text)).Append(": ");
                    WriteNode(entry.Value, indent + Step);
                });
                break;
            case SequenceNode sequence:
                WriteAll('[', sequence.Items, ']', indent, item => WriteNode(item, indent + Step));
                break;
            case ScalarNode scalar:
                _output.Append(ShownScalar.AsJson(scalar));
                break;
        }
    }

    private void WriteAll<T>(char opening, IReadOnlyList<T> items, char closing, int indent, Action<T> write)
    {
        _output.Append(opening);
        for (int i = 0; i < items.Count; i++)
        {
            _output.Append(i == 0 ? "\n" : ",\n").Append(' ', indent + Step);
            write(items[i]);
        }

        if (items.Count > 0)
        {
            _output.Append('\n').Append(' ', indent);
        }

        _output.Append(closing);
    }
}
