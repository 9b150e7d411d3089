using Sluice.Config.Diagnostics;
using Sluice.Config.Placeholders;
using Sluice.Config.Yaml;

namespace Sluice.Config.Loading;

/// <summary>What the files of one configuration share while they are read. Not safe for several threads.</summary>
internal sealed class ConfigReading
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];

    /// <summary>Begins one.</summary>
    /// <param name="environment">The value of a variable, or null.</param>
    internal ConfigReading(Func<string, string?> environment)
    {
        Values = new ValueSources(environment, Touch);
    }

    internal DiagnosticBag Diagnostics { get; } = new();

    internal YamlBudget Budget { get; } = new();

    internal ValueSources Values { get; }

    /// <summary>Full paths of files and folders that were looked at, in that order, whether or not they exist.</summary>
    internal IReadOnlyList<string> Files => _files;

    /// <summary>Notes that a file or folder is looked at.</summary>
    internal void Touch(string fullPath)
    {
        if (_known.Add(fullPath))
        {
            _files.Add(fullPath);
        }
    }
}
