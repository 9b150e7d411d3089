using System.Globalization;
using System.Text;

namespace Sluice.Admin.Metrics;

/// <summary>Writes metrics in the text format of Prometheus, version 0.0.4. Each name is described once, before its values.</summary>
internal sealed class MetricsText
{
    private readonly StringBuilder _text = new();
    private string _name = "";

    /// <summary>Begins a metric.</summary>
    /// <param name="name">Letters and underscores; of a counter, ending in <c>_total</c>.</param>
    /// <param name="type"><c>gauge</c> or <c>counter</c>.</param>
    /// <param name="help">What it is, in one line.</param>
    internal MetricsText Describe(string name, string type, string help)
    {
        _name = name;
        _text.Append($"# HELP {name} {help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n");
        _text.Append($"# TYPE {name} {type}\n");
        return this;
    }

    /// <summary>Adds a value of the metric that was begun.</summary>
    internal MetricsText Add(double value, params (string Name, string Value)[] labels)
    {
        _text.Append(_name);
        if (labels.Length > 0)
        {
            _text.Append('{').AppendJoin(',', labels.Select(label => $"{label.Name}=\"{Escape(label.Value)}\"")).Append('}');
        }

        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
